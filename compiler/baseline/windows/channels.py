"""Four smaller channels of Windows as ``evtx_dump`` prints them: Defender, tasks, script blocks, applications."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.windows import evtx
from compiler.baseline.windows.administration import encoded
from compiler.baseline.windows.machine import SYSTEM32
from compiler.baseline.world import DC01, EX01, FS01, Host, World

Seen = tuple[int, dict[str, str], int, object]
_DEFENDER = {"Name": "Microsoft-Windows-Windows Defender", "Guid": "{11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78}"}
_TASKS = {"Name": "Microsoft-Windows-TaskScheduler", "Guid": "{de7b24ea-73c8-4a09-985d-5bdadcfa9017}"}
_POWERSHELL = {"Name": "Microsoft-Windows-PowerShell", "Guid": "{a0c1853b-5c40-4b15-8766-3cf1c58f985a}"}
_SERVERS = (EX01, DC01, FS01)


def windefend(world: World) -> bytes:
    """Microsoft Defender Antivirus: scans, updates, and what it finds in an office: adware, a test file, old tools."""
    hosts = (*_SERVERS, *(person.host for person in world.people[:24]))
    return _log(world, "Microsoft-Windows-Windows Defender/Operational", hosts, _found)


def taskscheduler(world: World) -> bytes:
    """The scheduler: tasks registered, started, run and completed."""
    hosts = (*_SERVERS, *(person.host for person in world.people[:6]))
    return _log(world, "Microsoft-Windows-TaskScheduler/Operational", hosts, _tasks)


def powershell(world: World) -> bytes:
    """Script blocks: monitoring, configuration over WinRM, reports on mailboxes, people at the prompt."""
    hosts = (*_SERVERS, world.admin("Zeman").host, world.admin("Adler").host)
    return _log(world, "Microsoft-Windows-PowerShell/Operational", hosts, _scripts)


def _log(world: World, name: str, hosts: Sequence[Host], seen: Callable[[Dice, World, Host], Iterator[Seen]]) -> bytes:
    end = moment(world.days, 0)
    found = []
    for host in hosts:
        dice = world.dice(name, host.name)
        mine = sorted((one for one in seen(dice, world, host) if one[0] < end), key=lambda one: one[0])
        for number, (at, provider, kind, body) in enumerate(mine, dice.between(2_000, 90_000)):
            channel = evtx.Channel(name, provider, 2900, "S-1-5-18", host.fqdn)
            head: dict[str, object] = {"EventID": kind, "Version": 0, "Task": kind % 200}
            found.append((at, host.name, number, evtx.event(channel, at, number, head, body)))
    return evtx.dump(item for *_, item in sorted(found, key=lambda item: item[:3]))


_THREATS = (
    ("PUA:Win32/Presenoker", "C:\\Users\\{0}\\Downloads\\pdf-converter-setup.exe", "Potentially Unwanted Software"),
    ("Adware:JS/PopupLoader", "C:\\Users\\{0}\\AppData\\Local\\Microsoft\\Edge\\User Data\\Cache\\f_0002a1", "Adware"),
    ("Virus:DOS/EICAR_Test_File", "C:\\Users\\{0}\\Desktop\\eicar.com", "Virus"),
    ("PUA:Win32/Keygen", "D:\\Archive\\cad-2009\\keygen.exe", "Potentially Unwanted Software"),
    ("Trojan:HTML/Phish!MSR", "C:\\Users\\{0}\\AppData\\Local\\Temp\\invoice.html", "Trojan"),
    ("HackTool:Win32/ProductKey", "C:\\Users\\{0}\\Downloads\\produkey.zip", "Tool"),
)  # fmt: skip


_ROUTINE = (
    (1150, {"Engine version": "1.1.25080.5", "Platform version": "4.18.25070.5"}),
    (1151, {"RTP state": "Enabled", "OA state": "Enabled", "Last quick scan age": "1"}),
    (1013, {"Timestamp": "history of malware removed", "User": "NT AUTHORITY\\SYSTEM"}),
    (5007, {"Old Value": "", "New Value": "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\SpyNet\\LastMAPSSuccess"}),
    (5004, {"Feature Name": "On Access", "Configuration": "1"}),
    (2010, {"Current security intelligence Version": "1.435.1107.0", "Dynamic security intelligence Type": "Version"}),
    (2030, {"User": "NT AUTHORITY\\SYSTEM"}),
)


def _found(dice: Dice, world: World, host: Host) -> Iterator[Seen]:
    product = {"Product Name": "Microsoft Defender Antivirus", "Product Version": "4.18.25070.5"}
    login = next((person.login for person in world.people if person.host == host), "adm-adler")
    for at in every(dice, 23 * HOUR, world.days, 2 * HOUR):
        version = f"1.435.{dice.between(1000, 2900)}.0"
        update = {
            "Current security intelligence Version": version,
            "Update Type": dice.pick(("Full", "Delta")),
            "User": "NT AUTHORITY\\SYSTEM",
        }
        yield at, _DEFENDER, 2000 if dice.chance(0.7) else 2002, product | update
        step = at
        for kind, body in dice.some(_ROUTINE, 3):
            step += dice.gap(HOUR)
            yield step, _DEFENDER, kind, product | body
        if dice.chance(0.5):
            scan = {"Scan ID": f"{{{dice.guid()}}}", "Scan Type": "Antimalware", "Scan Parameters": "Quick scan"}
            yield at + HOUR, _DEFENDER, 1000, product | scan
            scan["Scan Time Minutes"] = str(dice.between(2, 40))
            yield at + HOUR + dice.gap(9 * MINUTE), _DEFENDER, 1001 if dice.chance(0.9) else 1002, product | scan
    for at in moments(dice, OFFICE, 0.12, world.days):
        name, path, category = dice.pick(_THREATS)
        threat = {"Threat Name": name, "Category Name": category, "Severity Name": dice.pick(("Low", "High", "Severe"))}
        place = {"Path": f"file:_{path.format(login)}", "Process Name": "C:\\Windows\\explorer.exe"}
        user = {"Detection User": f"EXAMPLE\\{login}", "Detection ID": f"{{{dice.guid()}}}"}
        yield at, _DEFENDER, 1116, product | threat | place | user
        yield at + 9 * SECOND, _DEFENDER, 1117, product | threat | place | user | {"Action Name": "Quarantine"}


_SHARED = "C:\\Program Files\\Common Files\\Microsoft Shared\\"
_PLATFORM = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25070.5-0\\"
_JOBS = (
    ("\\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan", "%systemroot%\\system32\\usoclient.exe"),
    ("\\Microsoft\\Windows\\Defrag\\ScheduledDefrag", "%windir%\\system32\\defrag.exe"),
    ("\\Microsoft\\Windows\\PLA\\Server Manager Performance Monitor", "%systemroot%\\system32\\rundll32.exe"),
    ("\\Microsoft\\Office\\Office Automatic Updates 2.0", f"{_SHARED}ClickToRun\\OfficeC2RClient.exe"),
    ("\\Microsoft\\Windows\\Windows Defender\\Windows Defender Scheduled Scan", f"{_PLATFORM}MpCmdRun.exe"),
    ("\\MicrosoftEdgeUpdateTaskMachineUA", "C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe"),
    ("\\Example\\MailboxReport", "powershell.exe"),
    ("\\Inventory\\Collect", "C:\\ProgramData\\Inventory\\bin\\collect.exe"),
    ("\\OneDrive Reporting Task", "%localappdata%\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe"),
    ("\\Backup\\Verify", "\"C:\\Program Files\\Backup\\Agent\\verify.exe\""),
)  # fmt: skip


def _tasks(dice: Dice, world: World, host: Host) -> Iterator[Seen]:
    server = host in _SERVERS
    for at in moments(dice, ALWAYS if server else OFFICE, 5, world.days):
        name, action = dice.pick(_JOBS)
        task, run = {"TaskName": name}, {"TaskInstanceId": f"{{{dice.guid().upper()}}}"}
        user = {
            "UserContext": dice.pick(("NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\LOCAL SERVICE", "EXAMPLE\\svc-mailreport"))
        }
        yield at, _TASKS, 107 if dice.chance(0.8) else 110, task | {"InstanceId": run["TaskInstanceId"]}
        yield at + 20, _TASKS, 100, task | user | {"InstanceId": run["TaskInstanceId"]}
        yield at + 30, _TASKS, 200, task | {"ActionName": action} | run
        code = dice.weigh((("0", 12), ("2147942402", 1), ("1", 1)))
        ended = at + 30 + dice.gap(MINUTE)
        yield ended, _TASKS, 201, task | run | {"ActionName": action, "ResultCode": code}
        yield ended + 8, _TASKS, 102, task | user | {"InstanceId": run["TaskInstanceId"]}
    for at in every(dice, 41 * HOUR, world.days, HOUR):
        name = dice.pick(("\\MicrosoftEdgeUpdateTaskMachineCore", "\\Inventory\\Collect", "\\Example\\MailboxReport"))
        kind = dice.pick((106, 140, 141))
        yield at, _TASKS, kind, {"TaskName": name, "UserContext" if kind == 106 else "UserName": "EXAMPLE\\adm-adler"}


_BLOCKS = (
    "Get-Service | Where-Object Status -eq 'Stopped' | Select-Object Name, StartType",
    "prompt",
    "{ Set-StrictMode -Version 1; $_.PSMessageDetails }",
    "function Get-FreeSpace($Computer) { Get-CimInstance Win32_LogicalDisk -ComputerName $Computer }",
    "Get-ADUser -Filter * -Properties LastLogonDate | Export-Csv D:\\Reports\\users.csv",
    "Get-WinEvent -FilterHashtable @{LogName='System'; Level=2; StartTime=(Get-Date).AddDays(-1)}",
    "Import-Module ActiveDirectory; Add-ADGroupMember -Identity 'Project-Gear' -Members 'r.alves'",
    "Invoke-WebRequest -Uri https://packages.example.com/agent.msi -OutFile D:\\Install\\agent.msi",
    "Test-NetConnection fs01.example.com -Port 445",
)  # fmt: skip
_MAIL_BLOCKS = (
    "Add-PSSnapin Microsoft.Exchange.Management.PowerShell.SnapIn; Get-Queue | Where-Object MessageCount -gt 50",
    "Get-MailboxStatistics -Database DB01 | Sort-Object TotalItemSize -Descending | Select-Object -First 20",
    "Get-MailboxExportRequest | Get-MailboxExportRequestStatistics | Format-List Status, PercentComplete",
    "New-InboxRule -Mailbox info -Name 'Orders' -SubjectContainsWords 'order' -MoveToFolder 'info:\\Orders'",
    "Test-ServiceHealth -Server ex01; Get-ServerComponentState -Identity ex01 | Format-Table",
    "Add-MailboxPermission -Identity h.arnold -User c.dubois -AccessRights FullAccess",
)


def _scripts(dice: Dice, world: World, host: Host) -> Iterator[Seen]:
    blocks = (*_BLOCKS, *_MAIL_BLOCKS) if host is EX01 else _BLOCKS
    for at in moments(dice, OFFICE, 16, world.days):
        text = dice.pick(blocks)
        path = dice.weigh(
            (("", 5), ("D:\\Scripts\\MailboxReport.ps1", 1), (f"{SYSTEM32}WindowsPowerShell\\v1.0\\profile.ps1", 1))
        )
        block: dict[str, object] = {"MessageNumber": 1, "MessageTotal": 1, "ScriptBlockText": text}
        yield at, _POWERSHELL, 4104, block | {"ScriptBlockId": dice.guid(), "Path": path}
        if dice.chance(0.5):
            context = f"Severity = Informational\n        Host Name = ConsoleHost\n        Host ID = {dice.guid()}"
            payload = f'CommandInvocation({text.split(maxsplit=1)[0]}): "{text.split(maxsplit=1)[0]}"'
            yield at + 300, _POWERSHELL, 4103, {"ContextInfo": context, "UserData": "", "Payload": payload}
    for at in every(dice, 19 * HOUR, world.days, HOUR):
        packed = f"[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{encoded(dice.pick(_BLOCKS))}'))"
        text = f"& ([ScriptBlock]::Create({packed}))"
        block = {"MessageNumber": 1, "MessageTotal": 1, "ScriptBlockText": text}
        yield at, _POWERSHELL, 4104, block | {"ScriptBlockId": dice.guid(), "Path": ""}


_SOURCES = (
    ("MsiInstaller", 11707, "Product: Inventory Agent -- Installation completed successfully."),
    ("MsiInstaller", 1035, "Windows Installer reconfigured the product. Product Name: ERP Client."),
    ("ESENT", 326, "Information Store - DB01 (7716,D,50) The database engine attached a database (1, D:\\DB01)."),
    ("VSS", 8224, "The VSS service is shutting down due to idle timeout."),
    ("Application Error", 1000, "Faulting application name: erp.exe, version: 9.2.1.0, module name: qt5core.dll"),
    (".NET Runtime", 1026, "Application: erp.exe Exception Info: System.InvalidCastException"),
    ("MSExchange Unified Messaging", 1344, "The Unified Messaging worker process took a call for extension 4471."),
    ("MSExchange Unified Messaging", 1423, "The Unified Messaging server could not reach the IP gateway 10.20.1.77."),
    ("MSExchange ActiveSync", 1040, "The average of the most recent heartbeat intervals is less than or equal to 540."),
    ("ASP.NET 4.0.30319.0", 1309, "Event code: 3005. An unhandled exception has occurred. /owa/auth/logon.aspx"),
    ("SecurityCenter", 15, "Updated Windows Defender status successfully to SECURITY_PRODUCT_STATE_ON."),
)  # fmt: skip


def application(world: World) -> bytes:
    """The Application log: installers, databases, programs that fail; Exchange among them on its server."""
    return _log(world, "Application", (EX01, FS01, *(one.host for one in world.staff("production")[:5])), _applications)


def _applications(dice: Dice, world: World, host: Host) -> Iterator[Seen]:
    for at in moments(dice, ALWAYS if host is EX01 else OFFICE, 26 if host is EX01 else 9, world.days):
        name, kind, text = dice.pick(
            [one for one in _SOURCES if host is EX01 or not one[0].startswith(("MSEx", "ASP"))]
        )
        yield at, {"Name": name}, kind, {"Data": {"#text": [text, f"0x{dice.hexa(8)}", str(dice.between(100, 9000))]}}
