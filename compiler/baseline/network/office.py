"""The unified audit log of Microsoft 365 and the audit log of Entra ID: files, mail, teams, groups, devices.

Members are those of Microsoft's "Office 365 Management Activity API schema" and of "Microsoft Entra audit log
categories and activities". Assistants send on behalf of their superiors, people read mail of boxes they share, a filter
stops what is bad before anybody has it, an administrator changes an address range on the road.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, OFFICE, every, moment, moments, utc
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import EGRESS, address_of
from compiler.baseline.web.request import DESKTOPS
from compiler.baseline.world import Person, World

_ORGANISATION = "0f7d2c54-6f0e-4c55-9a43-0d6f9e1b7a21"
_SITE = "https://portal.example.com/sites"
_ACTS = (
    ("SharePoint", 6, "FileAccessed", 9), ("SharePoint", 6, "FileModified", 6), ("SharePoint", 6, "FileDownloaded", 3),
    ("OneDrive", 6, "FileSyncUploadedFull", 5), ("SharePoint", 4, "PageViewed", 5), ("OneDrive", 14, "SharingSet", 0.6),
    ("Exchange", 50, "MailItemsAccessed", 7), ("Exchange", 2, "SendAs", 0.8), ("Exchange", 2, "SendOnBehalf", 0.8),
    ("Exchange", 2, "MoveToDeletedItems", 3), ("Exchange", 1, "New-InboxRule", 0.2),
    ("Exchange", 1, "Set-Mailbox", 0.2),
    ("MicrosoftTeams", 25, "TeamsSessionStarted", 3), ("MicrosoftTeams", 25, "MessageSent", 4),
    ("AzureActiveDirectory", 15, "UserLoggedIn", 5), ("AzureActiveDirectory", 15, "UserLoginFailed", 0.5),
)  # fmt: skip
_CHANGES = (
    ("Add member to group", "GroupManagement", "Core Directory", "Assign", 6),
    ("Update user", "UserManagement", "Core Directory", "Update", 8),
    ("Reset user password", "UserManagement", "Core Directory", "Update", 2),
    ("Register device", "Device", "Device Registration Service", "Add", 2),
    ("User registered security info", "UserManagement", "Authentication Methods", "Add", 2),
    ("Consent to application", "ApplicationManagement", "Core Directory", "Assign", 0.4),
    ("Add service principal", "ApplicationManagement", "Core Directory", "Add", 0.4),
    ("Update policy", "Policy", "Core Directory", "Update", 0.3),
    ("Add app role assignment grant to user", "UserManagement", "Core Directory", "Assign", 1),
    ("Update device", "Device", "Core Directory", "Update", 5),
)


def audit(world: World) -> bytes:
    """The unified audit log in the order of time."""
    found = [line for person in world.people for line in _acts(world, person)]
    found += _filtered(world)
    return _dump(world, found)


def directory(world: World) -> bytes:
    """The audit log of Entra ID in the order of time."""
    dice = world.dice("azure_audit")
    weights = [(change[:4], change[4]) for change in _CHANGES]
    found = [
        (at, _change(dice, at, dice.pick(world.people), dice.weigh(weights)))
        for at in moments(dice, OFFICE, 80, world.days)
    ]
    synchronised = _CHANGES[1][:4]
    found += [
        (at, _change(dice, at, dice.pick(world.people), synchronised)) for at in every(dice, 3 * HOUR, world.days, HOUR)
    ]
    at = moment(min(3, world.days - 1), 11, dice.below(59))
    # A branch office moves, and its address range with it.
    moved = ("Update named location", "Policy", "Conditional Access", "Update")
    found.append((at, _change(dice, at, world.admin("Koch"), moved)))
    return _dump(world, found)


def _dump(world: World, found: list[tuple[int, dict[str, object]]]) -> bytes:
    lines = sorted((at, json.dumps(record)) for at, record in found if at < moment(world.days, 0))
    return "".join(f"{line}\n" for _, line in lines).encode()


def _acts(world: World, person: Person) -> Iterator[tuple[int, dict[str, object]]]:
    dice = world.dice("m365", person.login)
    weights = [(act[:3], act[3]) for act in _ACTS]
    browser = dice.weigh(DESKTOPS)
    for comes, goes in world.shifts(person):
        client = EGRESS if dice.chance(0.7) else person.home
        at = comes + dice.gap(20 * MINUTE)
        while at < goes:
            workload, kind, operation = dice.weigh(weights)
            record = _record(dice, at, person.mailbox, workload, kind, operation)
            record |= {"ClientIP": client, "UserAgent": browser, "ObjectId": _object(dice, workload, person)}
            if operation in {"SendAs", "SendOnBehalf"}:
                record["MailboxOwnerUPN"] = f"{dice.pick(('h.arnold', 'm.schuster', 'info', 'orders'))}@example.com"
            if operation == "UserLoginFailed":
                record |= {"ResultStatus": "Failed", "LogonError": "InvalidUserNameOrPassword"}
            yield at, record
            at += dice.gap(55 * MINUTE)


def _filtered(world: World) -> Iterator[tuple[int, dict[str, object]]]:
    """What the filter stops, and what leaves: neither is a message that somebody inside has to fear."""
    dice = world.dice("m365", "filter")
    for at in moments(dice, ALWAYS, 9, world.days):
        record = _record(dice, at, "ThreatIntel", "ThreatIntelligence", 28, "TIMailData")
        outbound = dice.chance(0.1)
        action = "Delivered" if outbound else dice.pick(("Blocked", "Quarantined", "Replaced"))
        record |= {"Directionality": "Outbound" if outbound else "Inbound", "DeliveryAction": action}
        record |= {
            "SenderIp": address_of(f"sender/{at}"),
            "Subject": f"Invoice {dice.between(1000, 9999)}",
            "Verdict": "Phish",
        }
        yield at, record | {"Recipients": [dice.pick(world.people).mailbox], "ObjectId": dice.guid()}


def _record(  # noqa: PLR0913, PLR0917 - each is a member of the record
    dice: Dice, at: int, user: str, workload: str, kind: int, operation: str
) -> dict[str, object]:
    return {
        "CreationTime": f"{utc(at):%Y-%m-%dT%H:%M:%S}",
        "Id": dice.guid(),
        "Operation": operation,
        "OrganizationId": _ORGANISATION,
        "RecordType": kind,
        "ResultStatus": "Succeeded",
        "UserId": user,
        "UserType": 0,
        "Version": 1,
        "Workload": workload,
    }


def _object(dice: Dice, workload: str, person: Person) -> str:
    if workload in {"SharePoint", "OneDrive"}:
        place = person.login if workload == "OneDrive" else person.department
        title, ending = dice.pick(("offer", "minutes", "stock", "drawing")), dice.pick(("docx", "xlsx", "pdf"))
        return f"{_SITE}/{place}/{title}-{dice.between(1, 900)}.{ending}"
    return person.mailbox if workload == "Exchange" else dice.guid()


def _change(dice: Dice, at: int, person: Person, change: tuple[str, str, str, str]) -> dict[str, object]:
    name, category, service, kind = change
    changed = {"displayName": dice.pick(("Department", "AccountEnabled", "Group.ObjectID")), "newValue": dice.hexa(6)}
    target: dict[str, object] = {"id": dice.guid(), "type": "User" if category == "UserManagement" else "Other"}
    target["modifiedProperties"] = [changed]
    if category == "UserManagement":
        target["userPrincipalName"] = person.mailbox
    return {
        "time": f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}0000Z",
        "resourceId": f"/tenants/{_ORGANISATION}/providers/Microsoft.aadiam",
        "operationName": name,
        "operationVersion": "1.0",
        "category": "AuditLogs",
        "resultSignature": "None",
        "durationMs": 0,
        "callerIpAddress": EGRESS,
        "correlationId": dice.guid(),
        "Level": 4,
        "properties": {
            "id": f"Directory_{dice.guid()}",
            "category": category,
            "result": "failure" if dice.chance(0.05) and category != "Policy" else "success",
            "resultReason": "",
            "activityDisplayName": name,
            "loggedByService": service,
            "operationType": kind,
            "targetResources": [target],
        },
    }
