"""Sign-ins to the cloud as Entra ID sends them to an event hub: people, phones, scripts with a licence, mistakes.

The envelope is that of Azure Monitor's resource logs; codes are those of Microsoft Learn, "Microsoft Entra
authentication and authorization error codes" (50126 a wrong password, 50140 the question whether to stay signed in,
50074 a second factor is wanted, 50053 locked out, 50058 a silent sign-in without a session).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, SECOND, every, moment, utc
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import EGRESS, address_of
from compiler.baseline.web.request import CHROME, DESKTOPS, IPHONE
from compiler.baseline.world import Person, World

_TENANT = "0f7d2c54-6f0e-4c55-9a43-0d6f9e1b7a21"
_APPS = (
    ("OfficeHome", 3),
    ("Office 365 Exchange Online", 5),
    ("Office 365 SharePoint Online", 4),
    ("Microsoft Teams Web Client", 5),
    ("Planning Portal", 2),
    ("Travel Expenses", 1),
)
_SAID = {
    "0": "",
    "50126": "Error validating credentials due to invalid username or password.",
    "50140": "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    "50074": "Strong Authentication is required.",
    "50053": "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    "50058": "Session information is not sufficient for single-sign-on.",
}
Line = tuple[int, str]


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    found = [line for person in world.people for line in _days(world, person)]
    found += _scripts(world)
    end = moment(world.days, 0)
    return "".join(f"{text}\n" for at, text in sorted(found) if at < end).encode()


def _days(world: World, person: Person) -> Iterator[Line]:
    dice = world.dice("signin", person.login)
    browser = dice.weigh(DESKTOPS)
    for comes, goes in world.shifts(person):
        address = person.home if dice.chance(0.3) else EGRESS
        at = comes + dice.gap(8 * MINUTE)
        while dice.chance(0.12):
            yield at, _line(dice, at, person, address, "50126", browser, "OfficeHome")
            at += 25 * SECOND
        yield at, _line(dice, at, person, address, "50074" if address != EGRESS else "50140", browser, "OfficeHome")
        while at < goes:
            result = dice.weigh((("0", 12), ("50058", 1)))
            yield at + 9 * SECOND, _line(dice, at + 9 * SECOND, person, address, result, browser, dice.weigh(_APPS))
            at += dice.gap(75 * MINUTE)
            if person.department in ("sales", "management") and dice.chance(0.25):
                address = address_of(f"{person.login}/{at}")  # on the road: each mast and each hotel is an address
    if person.phone:
        for at in every(dice, 9 * HOUR, world.days, 3 * HOUR):
            address = dice.pick((person.home, address_of(f"mobile/{at // (6 * HOUR)}/{person.login}")))
            agent = IPHONE if person.phone in ("iphone", "ipad") else "Outlook-Android/4.2534"
            yield at, _line(dice, at, person, address, "0", agent, "Outlook Mobile", "Mobile Apps and Desktop clients")
    if person.number % 17 == 0:
        # A tablet at home that still has the password of last spring, until the account is locked for a while.
        for number, at in enumerate(every(dice, 5 * HOUR, world.days, MINUTE)):
            code = "50053" if number % 6 == 5 else "50126"
            yield at, _line(dice, at, person, person.home, code, "-", "Office 365 Exchange Online", "Other clients")


def _scripts(world: World) -> Iterator[Line]:
    """An administrator at the command line, and the tool that copies accounts to the cloud."""
    dice = world.dice("signin", "scripts")
    admin = world.admin("Koch")
    for comes, goes in world.shifts(admin):
        at = comes + dice.below(goes - comes)
        agent = dice.pick(("azsdk-python-identity/1.17.1 Python/3.11.9", "python/3.11.9 (Windows-10) AZURECLI/2.64.0"))
        yield at, _line(dice, at, admin, EGRESS, "0", agent, "Microsoft Azure CLI", "Mobile Apps and Desktop clients")
    for at in every(dice, 2 * HOUR, world.days, MINUTE):
        yield at, _line(dice, at, admin, EGRESS, "0", CHROME, "Microsoft Azure Active Directory Connect")


def _line(  # noqa: PLR0913, PLR0917 - each is a member of the record
    dice: Dice, at: int, person: Person, address: str, code: str, agent: str, app: str, client: str = "Browser"
) -> str:
    synchronised = app.endswith("Directory Connect")
    account = "sync_dc01@example.com" if synchronised else person.mailbox
    record: dict[str, object] = {
        "time": f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}0000Z",
        "resourceId": f"/tenants/{_TENANT}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": "SignInLogs",
        "resultType": code,
        "resultDescription": _SAID[code],
        "durationMs": 0,
        "callerIpAddress": address,
        "correlationId": dice.guid(),
        "identity": "On-Premises Directory Synchronization Service" if synchronised else person.name,
        "Level": "4",
        "location": "AT",
        "properties": {
            "id": dice.guid(),
            "userPrincipalName": account,
            "appDisplayName": app,
            "clientAppUsed": client,
            "userAgent": agent,
            "ipAddress": address,
            "status": {"errorCode": int(code)},
            "conditionalAccessStatus": "success" if code == "0" else "notApplied",
            "deviceDetail": {"operatingSystem": "Windows10" if "Windows" in agent else "", "isCompliant": code == "0"},
            "riskLevelDuringSignIn": "none",
            "riskState": "none",
        },
    }
    return json.dumps(record)
