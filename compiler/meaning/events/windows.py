"""Windows events: the record made flat, under Sigma's names, with its log sources and time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.meaning.events.event import Event
from compiler.meaning.events.instants import instant_of
from compiler.meaning.events.logsources import SYSMON, SYSMON_LINUX, logsources_of

_IDENTITY = ("EventID", "Channel", "Provider_Name")
"""What tells the kind of an event: no field of its data takes their place."""

CHANNEL_OF = {
    "microsoft-windows-sysmon": "Microsoft-Windows-Sysmon/Operational",
    "linux-sysmon": "Linux-Sysmon/Operational",
    "microsoft-windows-security-auditing": "Security",
}
"""Providers that write to one channel alone, for records that leave the channel out."""

# Well-known SIDs of mandatory labels: MS-DTYP 2.4.2.4, in the words that Sysmon has for them.
_INTEGRITY = {"S-1-16-4096": "Low", "S-1-16-8192": "Medium", "S-1-16-12288": "High", "S-1-16-16384": "System"}

_HASH = re.compile(r"\b(MD5|SHA1|SHA256|IMPHASH)=([0-9A-Fa-f]+)")


def windows_event(system: Mapping[str, Any], data: Mapping[str, Any], line: int) -> Event:
    """An event from its ``System`` part, flattened by ``flat_system``, and its data by name.

    A field of the data stands before one of the same name in ``System``, but for those that tell the kind of event.
    """
    fields = {**system, **data, **{name: system[name] for name in _IDENTITY if name in system}}
    fields |= _unblanked(fields)
    provider = str(fields.get("Provider_Name") or "")
    channel = fields.get("Channel")
    if not channel and provider.lower() in CHANNEL_OF:
        channel = fields["Channel"] = CHANNEL_OF[provider.lower()]
    number = _integer(fields.get("EventID"))
    if number is not None:
        fields["EventID"] = number
    channel = str(channel or "")
    if channel.lower() == "security" and number == 4688:
        _name_process(fields)
    elif channel.lower() in (SYSMON, SYSMON_LINUX):
        _split_hashes(fields)
    return Event(fields, logsources_of(channel, number, fields), instant_of(fields), line)


def _unblanked(fields: Mapping[str, Any]) -> dict[str, Any]:
    # Defender's fields have blanks in their names, which Winlogbeat and Splunk write as underscores; rules write
    # ``ThreatName`` for ``Threat Name``, and some ``Feature_Name`` for ``Feature Name``. Those of ``category:
    # antivirus`` call it ``Signature`` (taxonomy, Antivirus).
    names = {}
    if str(fields.get("Provider_Name") or "").lower() == "microsoft-windows-windows defender":
        names = {name.replace("_", ""): value for name, value in fields.items() if "_" in name}
        signatures = [fields[name] for name in ("Threat Name", "Threat_Name") if name in fields]
        if signatures:
            names["Signature"] = signatures[0]
    names = {name: value for name, value in names.items() if name not in fields}
    return names | {
        name.replace(" ", blank): value for blank in ("", "_") for name, value in fields.items() if " " in name
    }


def flat_system(system: Mapping[str, Any]) -> dict[str, Any]:
    """``System`` with attributes as ``Element_Attribute`` (``Provider_Name``, ``Execution_ProcessID``).

    Takes every way in which JSON dumps write an attribute: ``#attributes``, ``@attributes`` or ``Element_attributes``
    beside it, ``@Name``, or a plain key of an object.
    """
    flat: dict[str, Any] = {}
    for key, value in system.items():
        element = key.removesuffix("_attributes")
        if not isinstance(value, Mapping):
            if value not in (None, ""):
                flat[key] = value
            continue
        for name, inner in _attributes(value):
            if name in ("#text", "Value"):
                flat[element] = inner
            elif inner is not None:
                flat[f"{element}_{name}"] = inner
    return flat


def flat_data(data: Any) -> dict[str, Any]:
    """``EventData`` or ``UserData`` as fields; what has no name is the list ``Data``, as NXLog and Sigma call it."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        return {"Data": _texts(data)}
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if key.startswith("@") or key in ("#attributes", "xmlns") or key.endswith("_attributes"):
            continue
        if key == "Data":
            flat.update(_data_elements(value))
        elif isinstance(value, Mapping):
            flat.update(_nested(key, value))
        else:
            flat[key] = value
    return flat


def unnamed(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with the list ``Data`` beside ``param1``, ``param2``, ...: Winlogbeat's names for what has none."""
    if data and "Data" not in data and all(re.fullmatch(r"param[0-9]{1,4}", key) for key in data):
        return {**data, "Data": [data[key] for key in sorted(data, key=lambda key: int(key[5:]))]}
    return dict(data)


def _attributes(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if name in ("#attributes", "@attributes") and isinstance(inner, Mapping):
            yield from inner.items()
        else:
            yield name.removeprefix("@"), inner


def _nested(key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    # An element with a text is that text; one with elements (UserData has one such, around its fields) is its fields.
    rest = {name: inner for name, inner in value.items() if not name.startswith(("#", "@"))}
    if "#text" in value:
        return {key: value["#text"]}
    if not rest:
        return {key: ""}
    inner: dict[str, Any] = {}
    for name, item in rest.items():
        if isinstance(item, Mapping):
            inner[name] = item.get("#text", "") if all(part.startswith(("#", "@")) for part in item) else dict(item)
        elif name != "xmlns":
            inner[name] = item
    return inner


def _data_elements(value: Any) -> dict[str, Any]:
    items = value if isinstance(value, list) else [value]
    named: dict[str, Any] = {}
    rest: list[Any] = []
    for item in items:
        if not isinstance(item, Mapping):
            rest.append("" if item is None else item)
            continue
        attributes = dict(_attributes(item))
        text = attributes.pop("#text", "")
        if isinstance(name := attributes.get("Name"), str):
            named[name] = text
        else:
            rest.extend(text if isinstance(text, list) else [text])
    return {**named, "Data": rest} if rest else named


def _texts(data: Any) -> list[Any]:
    return [item for item in data if item is not None] if isinstance(data, list) else [data]


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII) else value


def _name_process(fields: dict[str, Any]) -> None:
    # Security 4688 in the names of Sysmon, which are the taxonomy's for process_creation; its own names stay. So does
    # ProcessId, which is the creator's there: NewProcessId is that of the process.
    names = {
        "NewProcessName": "Image",
        "ParentProcessName": "ParentImage",
        "ProcessCommandLine": "CommandLine",
        "ProcessId": "ParentProcessId",
        "SubjectLogonId": "LogonId",
    }
    for theirs, ours in names.items():
        if theirs in fields:
            fields.setdefault(ours, fields[theirs])
    user, domain = fields.get("SubjectUserName"), fields.get("SubjectDomainName")
    if isinstance(user, str):
        named = isinstance(domain, str) and domain not in ("", "-")
        fields.setdefault("User", f"{domain}\\{user}" if named else user)
    if (level := _INTEGRITY.get(str(fields.get("MandatoryLabel")))) is not None:
        fields.setdefault("IntegrityLevel", level)


def _split_hashes(fields: dict[str, Any]) -> None:
    # ``Hashes`` stays as it is; the taxonomy also has md5, sha1, sha256 and imphash, and rules ask for either.
    for name in ("Hashes", "Hash"):
        if isinstance(hashes := fields.get(name), str):
            for kind, digest in _HASH.findall(hashes):
                fields.setdefault(kind.lower(), digest)
