"""The other Windows servers: a domain controller, the intranet host of the web farm, the file server."""

from __future__ import annotations

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, SECOND, every, is_office_day, moment, moments, utc
from compiler.baseline.windows.exchange_server import compile_page, pool
from compiler.baseline.windows.machine import CMD, SYSTEM32, Machine


def directory(machine: Machine, days: int) -> None:
    """A domain controller: replication checks, the nightly backup of the system state, changes of groups."""
    dice = machine.dice
    lsass = machine.running(f"{SYSTEM32}lsass.exe")
    for at in every(dice, 5 * HOUR, days, HOUR):
        machine.write(at, lsass, "C:\\Windows\\NTDS\\edbtmp.log")
    schedule = machine.service("netsvcs", "Schedule")
    for day in range(days):
        at = moment(day, 1, 0) + dice.below(MINUTE)
        shell = machine.start(at, schedule, CMD, "cmd.exe /c D:\\Scripts\\nightly.cmd", folder="D:\\Scripts\\")
        machine.start(at + SECOND, shell, f"{SYSTEM32}vssadmin.exe", "vssadmin  list shadows /for=C:")
        machine.start(
            at + 9 * SECOND, shell, f"{SYSTEM32}wbadmin.exe", "wbadmin  start systemstatebackup -backupTarget:E: -quiet"
        )
        engine = machine.running(f"{SYSTEM32}wbengine.exe")
        machine.write(
            at + 2 * MINUTE,
            engine,
            (
                f"E:\\WindowsImageBackup\\{machine.host.name.upper()}\\SystemStateBackup\\Backup "
                f"{utc(at):%Y-%m-%d %H%M%S}\\{dice.guid()}.vhdx"
            ),
        )
        machine.start(at + 50 * MINUTE, shell, f"{SYSTEM32}dcdiag.exe", "dcdiag  /q")
        machine.start(at + 52 * MINUTE, shell, f"{SYSTEM32}repadmin.exe", "repadmin  /replsummary")
    for at in moments(dice, OFFICE, 2, days):
        shell = machine.start(
            at, machine.desktop("EXAMPLE\\adm-adler"), CMD, f'"{CMD}"', folder="C:\\Users\\adm-adler\\"
        )
        for number, (image, command) in enumerate(dice.some(_DIRECTORY_TOOLS, dice.between(1, 3))):
            child = machine.start(at + (number + 1) * 40 * SECOND, shell, SYSTEM32 + image, command)
            if image == "net.exe":
                machine.start(
                    at + (number + 1) * 40 * SECOND + 20,
                    child,
                    f"{SYSTEM32}net1.exe",
                    command.replace("net  ", f"{SYSTEM32}net1  "),
                )


_DIRECTORY_TOOLS = (
    ("ntdsutil.exe", 'ntdsutil  "activate instance ntds" "files" "info" quit quit'),
    ("ntdsutil.exe", 'ntdsutil  "roles" "connections" "connect to server dc01" quit quit quit'),
    ("net.exe", 'net  group "VPN-Users" m.sykora /add /domain'),
    ("net.exe", 'net  group "Project-Gear" r.alves /del /domain'),
    ("net.exe", "net  user o.sandu /domain"),
    ("net.exe", "net  time \\\\dc02"),
    ("nltest.exe", "nltest  /sc_query:example.com"),
    ("dsquery.exe", "dsquery  computer -inactive 12 -limit 0"),
    ("w32tm.exe", "w32tm  /query /status"),
    ("repadmin.exe", "repadmin  /showrepl"),
    ("gpupdate.exe", "gpupdate  /force"),
    ("mmc.exe", '"C:\\Windows\\system32\\mmc.exe" "C:\\Windows\\system32\\dsa.msc"'),
    ("icacls.exe", "icacls  C:\\Windows\\SYSVOL\\domain\\scripts"),
    ("tasklist.exe", 'tasklist  /fi "imagename eq lsass.exe" /v'),
    (
        "reg.exe",
        ("reg  export HKLM\\SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters C:\\Temp\\ntds-parameters.reg"),
    ),
    ("net.exe", 'net  group "Domain Admins" /domain'),
)


def web_farm(machine: Machine, days: int) -> None:
    """The intranet host: releases write pages, uploads come through the worker, PHP is a child of IIS."""
    dice = machine.dice
    root = "C:\\inetpub\\wwwroot\\intranet\\"
    service = machine.running(
        "C:\\Program Files\\IIS\\Microsoft Web Deploy V3\\MsDepSvc.exe", user="NT AUTHORITY\\NETWORK SERVICE"
    )
    worker = pool(machine, "IntranetPool", SYSTEM32)
    for day in (day for day in range(days) if is_office_day(day)):
        at = moment(day, 11, dice.below(59))
        for number, name in enumerate(dice.some(_RELEASE, dice.between(3, 6))):
            machine.write(at + number * 180, service, root + name)
        for page in dice.some(("default.aspx", "overview.aspx", "ticket.aspx"), 2):
            compile_page(machine, at + 20 * SECOND + dice.gap(MINUTE), worker, "intranet", page)
    for at in moments(dice, OFFICE, 8, days):
        ending = dice.pick(("pdf", "jpg", "xlsx", "docx", "pdf"))
        machine.write(at, worker, f"{root}uploads\\2026\\scan_{dice.between(1000, 9999)}.{ending}")
    parent = pool(machine, "PhpPool", SYSTEM32)
    for at in every(dice, 6 * HOUR, days, HOUR):
        child = machine.start(
            at,
            parent,
            "C:\\Program Files\\PHP\\v8.3\\php-cgi.exe",
            '"C:\\Program Files\\PHP\\v8.3\\php-cgi.exe"',
            folder="C:\\inetpub\\wwwroot\\quality\\",
        )
        machine.write(at + 900, child, f"C:\\Windows\\Temp\\php{dice.hexa(4).upper()}.tmp")
    for at in moments(dice, OFFICE, 4, days):
        report = pool(machine, "ReportsPool", SYSTEM32)
        printer = machine.start(
            at,
            report,
            "C:\\Program Files\\wkhtmltopdf\\bin\\wkhtmltopdf.exe",
            (
                '"C:\\Program Files\\wkhtmltopdf\\bin\\wkhtmltopdf.exe" --quiet https://'
                f"intranet.example.com/reports/print.aspx?id={dice.between(100, 999)} C:\\Windows\\"
                "Temp\\report.pdf"
            ),
            folder="C:\\inetpub\\wwwroot\\reports\\",
        )
        machine.stop(at + 3 * SECOND, printer)


_RELEASE = (
    "default.aspx",
    "hr\\absence\\request.aspx",
    "it\\helpdesk\\ticket.aspx",
    "bin\\Intranet.Web.dll",
    "web.config",
    "scripts\\site.js",
    "reports\\print.aspx",
    "App_Data\\schema.xml",
    "docs\\upload.ashx",
    "global.asax",
    "downloads\\forms-2026.zip",
)


def file_server(machine: Machine, days: int) -> None:
    """The file server: shadow copies of the shares in the evening, and a report of large files."""
    dice = machine.dice
    schedule = machine.service("netsvcs", "Schedule")
    for day in range(days):
        for hour in (7, 12, 19):
            machine.start(
                moment(day, hour, 0) + dice.below(SECOND),
                schedule,
                f"{SYSTEM32}vssadmin.exe",
                (
                    "C:\\Windows\\system32\\vssadmin.exe Create Shadow /AutoRetry=15 /For=\\\\?\\"
                    "Volume{6b5d21c4-0000-0000-0000-500600000000}\\"
                ),
                folder=SYSTEM32,
            )
        at = moment(day, 22, 15)
        shell = machine.start(at, schedule, CMD, "cmd.exe /c dir /s /b D:\\Shares > D:\\Reports\\files.txt")
        machine.start(
            at + 9 * MINUTE,
            shell,
            f"{SYSTEM32}robocopy.exe",
            "robocopy  D:\\Shares \\\\dc02\\backup$\\shares /MIR /R:1 /LOG:D:\\Reports\\copy.log",
        )
        if dice.chance(0.5):
            machine.start(
                at + 30 * MINUTE,
                shell,
                "C:\\Program Files\\7-Zip\\7z.exe",
                (
                    f'"C:\\Program Files\\7-Zip\\7z.exe" a D:\\Archive\\finance-{utc(at):%Y-%m}.7z D:\\'
                    "Shares\\Finance\\Closed\\*"
                ),
            )
