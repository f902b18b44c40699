"""Workstations: the logon script, the office programs, printers, updates."""

from __future__ import annotations

from compiler.baseline.clock import MINUTE, SECOND
from compiler.baseline.windows.machine import CMD, LOCAL_SERVICE, POWERSHELL, SYSTEM32, Machine, Process
from compiler.baseline.world import DC01, EX01, FS01, WEB02, Person

OFFICE16 = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
_PROGRAMS = (
    (f"{OFFICE16}OUTLOOK.EXE", 3),
    (f"{OFFICE16}EXCEL.EXE", 4),
    (f"{OFFICE16}WINWORD.EXE", 3),
    (EDGE, 6),
    (f"{SYSTEM32}notepad.exe", 1),
    ("C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe", 3),
    ("C:\\Program Files\\7-Zip\\7zG.exe", 0.6),
    (f"{SYSTEM32}calc.exe", 0.6),
    (f"{SYSTEM32}rundll32.exe", 1.4),
    (f"{SYSTEM32}Taskmgr.exe", 0.4),
    ("C:\\Program Files\\Erp\\erp.exe", 2),
)
_DOCUMENTS = (
    "offer 4471",
    "stock list",
    "minutes 2026-09-14",
    "invoice 20931",
    "drawing 88-2",
    "holiday plan",
    "Größen übersicht",
    "price list (new)",
)
# Printers, control panels, WebDAV and shortcuts are all opened by way of rundll32.
_RUNDLL32 = (
    "printui.dll,PrintUIEntry /in /q /n\\\\fs01\\FollowMe",
    "shell32.dll,Control_RunDLL desk.cpl,,1",
    "shell32.dll,Control_RunDLL C:\\Windows\\System32\\mmsys.cpl",
    ("C:\\Windows\\system32\\davclnt.dll,DavSetCookie intranet.example.com https://intranet.example.com/docs/"),
    "dfshim.dll,ShOpenVerbShortcut C:\\Users\\Public\\Desktop\\Time.appref-ms",
    ("C:\\Windows\\System32\\shell32.dll,SHCreateLocalServerRunDll {c82192ee-6cb5-4bc0-9ef0-fb818773790a} -Embedding"),
    "Startupscan.dll,SusRunTask",
    "C:\\Windows\\system32\\PcaSvc.dll,PcaPatchSdbTask",
    "url.dll,FileProtocolHandler https://intranet.example.com/",
)


def office_day(machine: Machine, person: Person, comes: int, goes: int) -> None:
    """One day of somebody with documents, mail and a browser."""
    dice = machine.dice
    explorer = log_on(machine, person, comes)
    at = comes + 3 * MINUTE
    while at < goes:
        at += dice.gap(38 * MINUTE)
        image = dice.weigh(_PROGRAMS)
        _work(machine, person, explorer, image, at)
        if dice.chance(0.25):
            _background(machine, at + dice.gap(3 * MINUTE))


def log_on(machine: Machine, person: Person, at: int) -> Process:
    """The logon script maps drives and asks who he is; then the desktop and what starts with it."""
    dice = machine.dice
    init = machine.start(
        at,
        machine.running(f"{SYSTEM32}winlogon.exe"),
        f"{SYSTEM32}userinit.exe",
        f"{SYSTEM32}userinit.exe",
        user=person.account,
        folder=SYSTEM32,
    )
    script = machine.start(
        at + 300,
        init,
        CMD,
        (
            f'{CMD} /c "\\\\example.com\\SysVol\\example.com\\Policies\\'
            f'{{31B2F340-016D-11D2-945F-00C04FB984F9}}\\User\\Scripts\\Logon\\logon.cmd"'
        ),
    )
    machine.start(
        at + 420, script, f"{SYSTEM32}conhost.exe", "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1"
    )
    machine.start(
        at + 600, script, f"{SYSTEM32}net.exe", f"net  use H: \\\\{FS01.name}\\home$\\{person.login} /persistent:no"
    )
    machine.start(at + 900, script, f"{SYSTEM32}whoami.exe", "whoami  /groups /fo csv")
    if dice.chance(0.3):
        machine.start(at + 990, script, f"{SYSTEM32}net.exe", f"net  time \\\\{DC01.name} /set /yes")
    explorer = machine.desktop(person.account)
    machine.start(at + 4 * SECOND, explorer, f"{OFFICE16}OUTLOOK.EXE", f'"{OFFICE16}OUTLOOK.EXE"')
    if dice.chance(0.5):
        machine.start(
            at + 9 * SECOND,
            explorer,
            "C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe",
            '"C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe" /background',
        )
    outlook = machine.running(f"{OFFICE16}OUTLOOK.EXE", f'"{OFFICE16}OUTLOOK.EXE"', person.account)
    machine.resolve(at + 11 * SECOND, outlook, "autodiscover.example.com", EX01.address)
    machine.connect(at + 12 * SECOND, outlook, EX01.address, 443, "mail.example.com")
    return explorer


def _work(machine: Machine, person: Person, explorer: Process, image: str, at: int) -> None:
    dice = machine.dice
    home = f"C:\\Users\\{person.login}\\"
    document = dice.pick(_DOCUMENTS)
    name = image.rpartition("\\")[2]
    if name in ("EXCEL.EXE", "WINWORD.EXE"):
        ending = "xlsx" if name == "EXCEL.EXE" else "docx"
        program = machine.start(at, explorer, image, f'"{image}" "{home}Documents\\{document}.{ending}"')
        machine.write(at + 8 * MINUTE, program, f"{home}Documents\\~${document[2:]}.{ending}")
        if dice.chance(0.4):
            machine.start(at + 9 * MINUTE, program, "C:\\Windows\\splwow64.exe", "C:\\Windows\\splwow64.exe 12288")
    elif image == EDGE:
        _browse(machine, explorer, home, at)
    elif name == "7zG.exe":
        program = machine.start(
            at,
            explorer,
            image,
            (
                f'"{image}" a -i#7zMap{dice.between(1000, 9999)}#7zEvent{dice.between(1000, 9999)} '
                f'-tzip -ad -saa -- "{home}Documents\\{document}"'
            ),
        )
        machine.write(at + 2 * SECOND, program, f"{home}Documents\\{document}.zip")
    elif name == "rundll32.exe":
        machine.start(at, explorer, image, f'"{image}" {dice.pick(_RUNDLL32)}')
    elif name == "Taskmgr.exe":
        program = machine.start(at, explorer, image, f'"{image}" /4')
        if dice.chance(0.6):
            machine.write(
                at + MINUTE, program, f"{home}AppData\\Local\\Temp\\{dice.pick(('EXCEL', 'erp', 'OUTLOOK'))}.DMP"
            )
    else:
        machine.start(at, explorer, image)


def _browse(machine: Machine, explorer: Process, home: str, at: int) -> None:
    dice = machine.dice
    browser = machine.start(at, explorer, EDGE, f'"{EDGE}" --profile-directory=Default')
    for number in range(dice.between(1, 3)):
        machine.start(
            at + (number + 1) * 300,
            browser,
            EDGE,
            (
                f'"{EDGE}" --type=renderer --lang=en-US --device-scale-factor=1 --num-raster-threads=4 '
                f"--renderer-client-id={dice.between(5, 90)} "
                f"--launch-time-ticks={dice.between(10**9, 10**10)} /prefetch:1"
            ),
        )
    if dice.chance(0.5):
        site, address = dice.pick(
            (
                ("intranet.example.com", WEB02.address),
                ("news.example.com", "203.0.113.90"),
                ("shop.example.com", "198.51.100.91"),
                ("maps.example.com", "192.0.2.92"),
            )
        )
        machine.resolve(at + 900, browser, site, address)
        machine.connect(at + 950, browser, address, 443, site)
    if dice.chance(0.2):
        machine.write(
            at + 4 * MINUTE,
            browser,
            f"{home}Downloads\\{dice.pick(('datasheet.pdf', 'forms-2026.zip', 'setup.exe', 'Report.aspx.pdf'))}",
        )


def _background(machine: Machine, at: int) -> None:
    """What Windows does when nobody looks."""
    dice = machine.dice
    user = LOCAL_SERVICE if dice.chance(0.3) else ""
    image, command, group, service = dice.pick(_CHORES)
    process = machine.start(at, machine.service(group, service), image, command, user=user)
    if image.endswith("GoogleUpdate.exe"):
        machine.connect(at + 700, process, "198.51.100.77", 443, "update.example.com")
    if dice.chance(0.5):
        machine.store(
            at + 900,
            process,
            (
                "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks\\"
                "{3D1D93C2-0D5A-4B5B-9C0A-2D5B4E1A7F10}\\DynamicInfo"
            ),
            "Binary Data",
        )
    machine.stop(at + dice.gap(2 * MINUTE), process)


_CHORES = (
    (f"{SYSTEM32}taskhostw.exe", "taskhostw.exe", "netsvcs", "Schedule"),
    (
        f"{SYSTEM32}backgroundTaskHost.exe",
        f'"{SYSTEM32}backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca',
        "DcomLaunch",
        "DcomLaunch",
    ),
    (f"{SYSTEM32}RuntimeBroker.exe", f"{SYSTEM32}RuntimeBroker.exe -Embedding", "DcomLaunch", "DcomLaunch"),
    (
        f"{SYSTEM32}dllhost.exe",
        f"{SYSTEM32}DllHost.exe /Processid:{{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}}",
        "DcomLaunch",
        "DcomLaunch",
    ),
    (
        f"{SYSTEM32}CompatTelRunner.exe",
        f"{SYSTEM32}compattelrunner.exe -m:appraiser.dll -f:DoScheduledTelemetryRun",
        "netsvcs",
        "Schedule",
    ),
    (f"{SYSTEM32}wbem\\WmiPrvSE.exe", f"{SYSTEM32}wbem\\wmiprvse.exe -secured -Embedding", "DcomLaunch", "DcomLaunch"),
    (
        "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe",
        '"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe" /ua /installsource scheduler',
        "netsvcs",
        "Schedule",
    ),
    (
        f"{SYSTEM32}schtasks.exe",
        'schtasks.exe /Change /TN "\\Microsoft\\Office\\Office Automatic Updates 2.0" /Enable',
        "netsvcs",
        "Schedule",
    ),
    (
        POWERSHELL,
        (
            f'"{POWERSHELL}" -NoLogo -Noninteractive -NoProfile -ExecutionPolicy Bypass "& \'C:\\Windows\\'
            "CCM\\SystemTemp\\8a1f0f6c-6d9f-4be0-8dbb-5d8f7d0d2a64.ps1'\""
        ),
        "netsvcs",
        "CcmExec",
    ),
)
