"""Which log sources a Windows event belongs to, by its channel and number: the taxonomy's two tables.

Source: sigma-appendix-taxonomy.md 2.1.0, Log Sources, Windows Folder and Linux Folder. Beyond it: the channels of two
services that SigmaHQ's rules name (``smbclient-connectivity``, ``smbserver-connectivity``), PowerShell 7's channel for
``powershell``, Security 4688 as process creation, and what Sysmon for Linux shares with Sysmon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.content.model import Logsource

SYSMON = "microsoft-windows-sysmon/operational"
SYSMON_LINUX = "linux-sysmon/operational"

_SYSMON = {
    1: "process_creation",
    2: "file_change",
    3: "network_connection",
    4: "sysmon_status",
    5: "process_termination",
    6: "driver_load",
    7: "image_load",
    8: "create_remote_thread",
    9: "raw_access_thread",
    10: "process_access",
    11: "file_event",
    15: "create_stream_hash",
    16: "sysmon_status",
    17: "pipe_created",
    18: "pipe_created",
    19: "wmi_event",
    20: "wmi_event",
    21: "wmi_event",
    22: "dns_query",
    23: "file_delete",
    24: "clipboard_capture",
    25: "process_tampering",
    26: "file_delete_detected",
    27: "file_block_executable",
    28: "file_block_shredding",
    29: "file_executable_detected",
    255: "sysmon_error",
}

# The taxonomy gives event 12 to both; Sysmon tells them apart by EventType (Sysmon, Event ID 12: CreateKey, DeleteKey,
# and DeleteValue).
_REGISTRY_12 = {"createkey": ("registry_add",), "deletekey": ("registry_delete",), "deletevalue": ("registry_delete",)}

_CATEGORIES: dict[tuple[str, int], str] = {
    ("security", 4688): "process_creation",
    ("windows powershell", 400): "ps_classic_start",
    ("windows powershell", 600): "ps_classic_provider_start",
    ("windows powershell", 800): "ps_classic_script",
    ("microsoft-windows-powershell/operational", 4103): "ps_module",
    ("microsoft-windows-powershell/operational", 4104): "ps_script",
    ("powershellcore/operational", 4103): "ps_module",
    ("powershellcore/operational", 4104): "ps_script",
    # Microsoft, Review event logs of Defender Antivirus: malware was found, and something was done about it.
    **{("microsoft-windows-windows defender/operational", number): "antivirus" for number in (1006, 1007, 1116, 1117)},
}

_SERVICES: dict[str, tuple[str, ...]] = {
    "application": ("Application",),
    "application-experience": (
        "Microsoft-Windows-Application-Experience/Program-Telemetry",
        "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
    ),
    "applocker": (
        "Microsoft-Windows-AppLocker/MSI and Script",
        "Microsoft-Windows-AppLocker/EXE and DLL",
        "Microsoft-Windows-AppLocker/Packaged app-Deployment",
        "Microsoft-Windows-AppLocker/Packaged app-Execution",
    ),
    "appmodel-runtime": ("Microsoft-Windows-AppModel-Runtime/Admin",),
    "appxdeployment-server": ("Microsoft-Windows-AppXDeploymentServer/Operational",),
    "appxpackaging-om": ("Microsoft-Windows-AppxPackaging/Operational",),
    "bitlocker": ("Microsoft-Windows-BitLocker/BitLocker Management",),
    "bits-client": ("Microsoft-Windows-Bits-Client/Operational",),
    "capi2": ("Microsoft-Windows-CAPI2/Operational",),
    "certificateservicesclient-lifecycle-system": (
        "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
    ),
    "codeintegrity-operational": ("Microsoft-Windows-CodeIntegrity/Operational",),
    "dhcp": ("Microsoft-Windows-DHCP-Server/Operational",),
    "diagnosis-scripted": ("Microsoft-Windows-Diagnosis-Scripted/Operational",),
    "dns-client": ("Microsoft-Windows-DNS Client Events/Operational", "Microsoft-Windows-DNS-Client/Operational"),
    "dns-server": ("DNS Server",),
    "dns-server-analytic": ("Microsoft-Windows-DNS-Server/Analytical",),
    "dns-server-audit": ("Microsoft-Windows-DNS-Server/Audit",),
    "driver-framework": ("Microsoft-Windows-DriverFrameworks-UserMode/Operational",),
    "firewall-as": ("Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",),
    "hyper-v-worker": ("Microsoft-Windows-Hyper-V-Worker", "Microsoft-Windows-Hyper-V-Worker-Admin"),
    "iis-configuration": ("Microsoft-IIS-Configuration/Operational",),
    "kernel-event-tracing": ("Microsoft-Windows-Kernel-EventTracing", "Microsoft-Windows-Kernel-EventTracing/Admin"),
    "kernel-shimengine": (
        "Microsoft-Windows-Kernel-ShimEngine/Operational",
        "Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
    ),
    "ldap": ("Microsoft-Windows-LDAP-Client/Debug",),
    "lsa-server": ("Microsoft-Windows-LSA/Operational",),
    "msexchange-management": ("MSExchange Management",),
    "ntfs": ("Microsoft-Windows-Ntfs/Operational",),
    "ntlm": ("Microsoft-Windows-NTLM/Operational",),
    "openssh": ("OpenSSH/Operational",),
    "powershell": ("Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"),
    "powershell-classic": ("Windows PowerShell",),
    "printservice-admin": ("Microsoft-Windows-PrintService/Admin",),
    "printservice-operational": ("Microsoft-Windows-PrintService/Operational",),
    "security": ("Security",),
    "security-mitigations": (
        "Microsoft-Windows-Security-Mitigations/Kernel Mode",
        "Microsoft-Windows-Security-Mitigations/User Mode",
    ),
    "sense": ("Microsoft-Windows-SENSE/Operational",),
    "servicebus-client": ("Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client/Admin"),
    "shell-core": ("Microsoft-Windows-Shell-Core/Operational",),
    "smbclient-connectivity": ("Microsoft-Windows-SmbClient/Connectivity",),
    "smbclient-security": ("Microsoft-Windows-SmbClient/Security",),
    "smbserver-connectivity": ("Microsoft-Windows-SMBServer/Connectivity",),
    "sysmon": ("Microsoft-Windows-Sysmon/Operational",),
    "system": ("System",),
    "taskscheduler": ("Microsoft-Windows-TaskScheduler/Operational",),
    "terminalservices-localsessionmanager": ("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",),
    "vhdmp": ("Microsoft-Windows-VHDMP/Operational",),
    "windefend": ("Microsoft-Windows-Windows Defender/Operational",),
    "wmi": ("Microsoft-Windows-WMI-Activity/Operational",),
}
_SERVICE_OF = {channel.lower(): service for service, channels in _SERVICES.items() for channel in channels}
# Rules of SigmaHQ write this one differently from the taxonomy.
_ALSO = {"servicebus-client": "microsoft-servicebus-client"}

KERNEL_FILE = "Microsoft-Windows-Kernel-File"
# Its ETW manifest: 19 Rename, 27 RenamePath; the other events are accesses.
_KERNEL_FILE_RENAMES = (19, 27)


def logsources_of(channel: str, event_id: Any, fields: Mapping[str, Any]) -> tuple[Logsource, ...]:
    """The log sources of an event of a Windows channel (or of Sysmon for Linux); none if the channel is not known."""
    name = channel.lower()
    number = event_id if isinstance(event_id, int) else -1
    if name == SYSMON_LINUX:
        return _joined(_sysmon(number, fields), "linux", "sysmon")
    if name == SYSMON:
        return _joined(_sysmon(number, fields), "windows", "sysmon")
    if not name:
        # Its product alone would hide the event from every rule that names a service.
        if fields.get("Provider_Name") != KERNEL_FILE:
            return ()
        return _joined(("file_rename" if number in _KERNEL_FILE_RENAMES else "file_access",), "windows", None)
    category = _CATEGORIES.get((name, number))
    service = _SERVICE_OF.get(name)
    known = _joined((category,) if category else (), "windows", service)
    if service in _ALSO:
        known = (*known, Logsource(product="windows", service=_ALSO[service]))
    return known


def _joined(categories: tuple[str, ...], product: str, service: str | None) -> tuple[Logsource, ...]:
    return tuple(Logsource(category, product, service) for category in categories or (None,))


def _sysmon(number: int, fields: Mapping[str, Any]) -> tuple[str, ...]:
    if number == 12:
        kind = str(fields.get("EventType", "")).lower()
        return ("registry_event", *_REGISTRY_12.get(kind, ("registry_add", "registry_delete")))
    if number == 13:
        return ("registry_event", "registry_set")
    if number == 14:
        return ("registry_event", "registry_rename")
    return (_SYSMON[number],) if number in _SYSMON else ()
