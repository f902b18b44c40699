"""Administrators and their tools on servers: archives, dumps, shadow copies, tasks, remote execution, deployments.

Every tool here is also an intruder's. What tells them apart is what they are pointed at, and that is kept true: dumps
are of a hung worker and not of ``lsass``, the directory's database is looked at and not copied, archives hold logs.
"""

from __future__ import annotations

import base64

from compiler.baseline.clock import DAY, HOUR, MINUTE, NIGHT, OFFICE, SECOND, every, moment, moments, utc
from compiler.baseline.windows.exchange_server import V15, pool
from compiler.baseline.windows.machine import CMD, POWERSHELL, SYSTEM32, Machine

# What a configuration tool over WinRM sends, in the form it sends it.
_ENCODED = (
    (
        "&chcp.com 65001 > $null; if ($PSVersionTable.PSVersion -lt [Version]'3.0') { exit 1 }; "
        "Get-Service -Name W3SVC | Select-Object Status"
    ),
    "Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType=3' | ConvertTo-Json -Compress",
    (
        "begin { $path = 'C:\\Windows\\Temp\\ansible' } process { New-Item -Path $path -ItemType "
        "Directory -Force | Out-Null }"
    ),
)


def encoded(script: str) -> str:
    """A script as ``powershell -EncodedCommand`` takes it: Base64 of UTF-16, low byte first."""
    return base64.b64encode(script.encode("utf-16-le")).decode()


def upkeep(machine: Machine, days: int) -> None:
    """What runs by itself on every server: the scheduler, the inventory, updates, configuration over WinRM."""
    dice = machine.dice
    schedule = machine.service("netsvcs", "Schedule")
    for at in every(dice, 9 * HOUR, days, HOUR):
        machine.start(
            at,
            schedule,
            f"{SYSTEM32}taskhostw.exe",
            dice.pick(("taskhostw.exe", "taskhostw.exe Install $(Arg0)", "taskhostw.exe KEYROAMING")),
        )
    for at in every(dice, 21 * HOUR, days, HOUR):
        machine.start(
            at,
            schedule,
            "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25070.5-0\\MpCmdRun.exe",
            (
                '"C:\\ProgramData\\Microsoft\\Windows Defender\\platform\\4.18.25070.5-0\\'
                'MpCmdRun.exe" SignatureUpdate -ScheduleJob -RestrictPrivileges'
            ),
        )
    remote = machine.running(
        f"{SYSTEM32}wsmprovhost.exe", f"{SYSTEM32}wsmprovhost.exe -Embedding", "EXAMPLE\\svc-config"
    )
    for at in moments(dice, NIGHT, 1.2, days):
        machine.start(
            at,
            remote,
            POWERSHELL,
            (
                "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "
                f"{encoded(dice.pick(_ENCODED))}"
            ),
            folder="C:\\Users\\svc-config\\",
        )
    _inventory(machine, days)
    for day in range(0, days, 3):
        installer = machine.running("C:\\Windows\\servicing\\TrustedInstaller.exe")
        at = moment(day, 3, 40) + dice.gap(HOUR)
        worker = machine.start(
            at,
            installer,
            (
                "C:\\Windows\\WinSxS\\"
                "amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.17763.7780_none_571bf0f8b1a0cd61\\"
                "TiWorker.exe"
            ),
            (
                "C:\\Windows\\winsxs\\"
                "amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.17763.7780_none_571bf0f8b1a0cd61\\"
                "TiWorker.exe -Embedding"
            ),
        )
        machine.start(
            at + 5 * MINUTE,
            worker,
            f"{SYSTEM32}makecab.exe",
            (
                '"C:\\Windows\\system32\\makecab.exe" C:\\Windows\\Logs\\CBS\\'
                f"CbsPersist_{utc(at):%Y%m%d%H%M%S}.log C:\\Windows\\Logs\\CBS\\"
                f"CbsPersist_{utc(at):%Y%m%d%H%M%S}.cab"
            ),
        )


def _inventory(machine: Machine, days: int) -> None:
    """The inventory asks at once what an intruder asks one after the other."""
    dice = machine.dice
    for at in every(dice, 24 * HOUR, days, HOUR):
        inventory = machine.running("C:\\Program Files\\Inventory\\agent.exe", "", "NT AUTHORITY\\SYSTEM")
        shell = machine.start(at, inventory, CMD, "cmd.exe /c systeminfo > C:\\ProgramData\\Inventory\\systeminfo.txt")
        machine.start(at + 30, shell, f"{SYSTEM32}systeminfo.exe", "systeminfo")
        machine.start(at + 9 * SECOND, inventory, f"{SYSTEM32}net.exe", "net localgroup administrators")
        machine.start(at + 12 * SECOND, inventory, f"{SYSTEM32}netsh.exe", "netsh advfirewall show currentprofile")
        machine.write(at + 20 * SECOND, inventory, "C:\\ProgramData\\Inventory\\upload.zip")
        if dice.chance(0.15):
            file = "'C:\\Program Files\\Inventory\\agent.msi'"
            fetch = f"Invoke-WebRequest https://inventory.example.com/agent.msi -OutFile {file}"
            machine.start(at + 30 * SECOND, inventory, POWERSHELL, f'powershell.exe -NoProfile -Command "{fetch}"')


def mail_admin(machine: Machine, days: int) -> None:
    """The Exchange administrator's week on his server, and the reports he once scheduled."""
    dice = machine.dice
    schedule = machine.service("netsvcs", "Schedule")
    for at in every(dice, 24 * HOUR, days):
        report = machine.start(
            at,
            schedule,
            POWERSHELL,
            "powershell.exe -NonInteractive -ExecutionPolicy Bypass -File D:\\Scripts\\MailboxReport.ps1",
            user="EXAMPLE\\svc-mailreport",
            folder="D:\\Scripts\\",
        )
        machine.write(at + 40 * SECOND, report, f"D:\\Reports\\mailboxes-{utc(at):%Y-%m-%d}.csv")
        logs = machine.start(
            at + 2 * HOUR,
            schedule,
            POWERSHELL,
            "powershell.exe -NoProfile -File D:\\Scripts\\Archive-IisLogs.ps1",
            folder="D:\\Scripts\\",
        )
        zipper = machine.start(
            at + 2 * HOUR + 9000,
            logs,
            "C:\\Program Files\\7-Zip\\7z.exe",
            (
                '"C:\\Program Files\\7-Zip\\7z.exe" a -t7z -mx9 D:\\Archive\\'
                f"iis-{utc(at):%Y-%m-%d}.7z C:\\inetpub\\logs\\LogFiles\\W3SVC1\\"
                f"u_ex{utc(at - DAY):%y%m%d}.log"
            ),
        )
        machine.write(at + 2 * HOUR + 9500, zipper, f"D:\\Archive\\iis-{utc(at):%Y-%m-%d}.7z")
    for at in moments(dice, OFFICE, 1.6, days):
        shell = machine.start(
            at,
            machine.desktop("EXAMPLE\\adm-zeman"),
            POWERSHELL,
            (
                f'"{POWERSHELL}" -noexit -command ". \'{V15}bin\\RemoteExchange.ps1\'; '
                'Connect-ExchangeServer -auto -ClientApplication:ManagementShell "'
            ),
            folder=V15,
        )
        for number in range(dice.between(1, 3)):
            image, command = dice.pick(_MAIL_TOOLS)
            machine.start(at + (number + 1) * 3 * MINUTE, shell, image, command)
    for day, text in ((0, "owa\\web.config"), (3, "owa\\auth\\15.1.2507\\themes\\resources\\logon.css")):
        at = moment(day % days, 10, dice.below(59))
        path = f"{V15}FrontEnd\\HttpProxy\\{text}"
        editor = machine.start(
            at, machine.desktop("EXAMPLE\\adm-zeman"), f"{SYSTEM32}notepad.exe", f'"{SYSTEM32}notepad.exe" {path}'
        )
        machine.write(at + 4 * MINUTE, editor, path)
    _support(machine, moment(min(3, days - 1), 14, 20))


_MAIL_TOOLS = (
    ("C:\\Windows\\System32\\inetsrv\\appcmd.exe", '"C:\\Windows\\System32\\inetsrv\\appcmd.exe" list wp'),
    (
        "C:\\Windows\\System32\\inetsrv\\appcmd.exe",
        ('"C:\\Windows\\System32\\inetsrv\\appcmd.exe" recycle apppool /apppool.name:MSExchangeOWAAppPool'),
    ),
    (f"{SYSTEM32}certutil.exe", '"C:\\Windows\\system32\\certutil.exe" -store my'),
    (
        f"{SYSTEM32}certutil.exe",
        '"C:\\Windows\\system32\\certutil.exe" -verify -urlfetch C:\\Install\\mail.example.com.cer',
    ),
    (f"{SYSTEM32}bitsadmin.exe", '"C:\\Windows\\system32\\bitsadmin.exe" /list /allusers /verbose'),
    (f"{V15}bin\\eseutil.exe", f'"{V15}bin\\eseutil.exe" /mh D:\\DB01\\DB01.edb'),
    (f"{SYSTEM32}whoami.exe", '"C:\\Windows\\system32\\whoami.exe" /groups'),
    (f"{SYSTEM32}ipconfig.exe", '"C:\\Windows\\system32\\ipconfig.exe" /all'),
    (f"{SYSTEM32}nltest.exe", '"C:\\Windows\\system32\\nltest.exe" /dsgetsite'),
    (f"{SYSTEM32}schtasks.exe", '"C:\\Windows\\system32\\schtasks.exe" /query /fo csv /v'),
    (
        f"{SYSTEM32}schtasks.exe",
        (
            '"C:\\Windows\\system32\\schtasks.exe" /create /f /tn \\Example\\MailboxReport /tr '
            '"powershell.exe -NonInteractive -ExecutionPolicy Bypass -File D:\\Scripts\\'
            'MailboxReport.ps1" /sc daily /st 01:30 /ru EXAMPLE\\svc-mailreport'
        ),
    ),
    (f"{SYSTEM32}net.exe", '"C:\\Windows\\system32\\net.exe" group "Exchange Recipient Administrators" /domain'),
    (f"{SYSTEM32}iisreset.exe", '"C:\\Windows\\system32\\iisreset.exe" /status'),
)


def _support(machine: Machine, at: int) -> None:
    """The vendor's support asked for a dump of a worker that hangs, packed, and sent to them."""
    worker = pool(machine, "MSExchangeECPAppPool", SYSTEM32)
    shell = machine.start(at, machine.desktop("EXAMPLE\\adm-zeman"), CMD, f'"{CMD}"', folder="C:\\Support\\")
    dumper = machine.start(
        at + MINUTE,
        shell,
        "C:\\Support\\procdump64.exe",
        f"procdump64.exe  -accepteula -ma {worker.pid} C:\\Support\\w3wp-ecp.dmp",
    )
    machine.write(at + 70 * SECOND, dumper, "C:\\Support\\w3wp-ecp.dmp")
    zipper = machine.start(
        at + 4 * MINUTE,
        shell,
        "C:\\Program Files\\7-Zip\\7z.exe",
        '"C:\\Program Files\\7-Zip\\7z.exe"  a C:\\Support\\case-4471.zip C:\\Support\\w3wp-ecp.dmp',
    )
    machine.write(at + 5 * MINUTE, zipper, "C:\\Support\\case-4471.zip")
    machine.start(at + 20 * MINUTE, shell, f"{SYSTEM32}attrib.exe", "attrib  +r C:\\Support\\case-4471.zip")


def remote_hands(target: Machine, days: int) -> None:
    """An administrator reaches a machine with PsExec, and its service shows on the other side."""
    dice = target.dice
    for at in moments(dice, OFFICE, 0.5, days):
        service = target.running(f"{SYSTEM32}services.exe")
        target.write(at, target.running("System", "System"), "C:\\Windows\\PSEXESVC.exe")
        hand = target.start(at + 300, service, "C:\\Windows\\PSEXESVC.exe", "C:\\Windows\\PSEXESVC.exe")
        command = dice.pick(
            ("gpupdate /force", "ipconfig /flushdns", "net stop spooler", "net start spooler", "sc query wuauserv")
        )
        image, _, rest = command.partition(" ")
        target.start(at + 500, hand, f"{SYSTEM32}{image}.exe", f'"{image}" {rest}', user="EXAMPLE\\adm-adler")


def remote_caller(machine: Machine, account: str, days: int) -> None:
    """The same from the administrator's own machine, and now and then a remote desktop."""
    dice = machine.dice
    for at in moments(dice, OFFICE, 0.7, days):
        shell = machine.start(at, machine.desktop(account), CMD, f'"{CMD}"', folder="C:\\Tools\\")
        command = f"PsExec.exe  \\\\ws-0{dice.between(11, 46)} -s gpupdate /force"
        machine.start(at + 9 * SECOND, shell, "C:\\Tools\\PsExec.exe", command)
        if dice.chance(0.4):
            machine.start(at + MINUTE, shell, f"{SYSTEM32}mstsc.exe", "mstsc  /v:fs01.example.com")
