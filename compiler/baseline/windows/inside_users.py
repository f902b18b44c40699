"""What happens inside the machines of people: browsers, meetings, games of marketing, tools of administrators."""

from __future__ import annotations

from compiler.baseline.clock import DAY, MINUTE, OFFICE, SECOND, moments
from compiler.baseline.windows.desktop import EDGE, OFFICE16
from compiler.baseline.windows.detail import DetailMachine
from compiler.baseline.windows.inside import lsass
from compiler.baseline.windows.machine import POWERSHELL, SYSTEM32, Process
from compiler.baseline.world import Person

_OPEN = ("ntdll.dll", "KERNELBASE.dll")
_CITRIX = "C:\\Program Files\\Citrix\\ICA Client\\"
# Who signed a library of a program that lies beside it; some nobody.
_BESIDE = (
    ("C:\\Program Files\\Erp\\erp.exe", "C:\\Program Files\\Erp\\qt5core.dll", ""),
    ("C:\\Program Files\\Erp\\erp.exe", "C:\\Program Files\\Erp\\plugins\\export.dll", ""),
    ("C:\\Program Files\\Git\\usr\\bin\\bash.exe", "C:\\Program Files\\Git\\usr\\bin\\msys-2.0.dll", ""),
    ("C:\\Program Files\\7-Zip\\7zFM.exe", "C:\\Program Files\\7-Zip\\7z.dll", ""),
    (f"{_CITRIX}wfica32.exe", f"{_CITRIX}winhttp.dll", "Citrix Systems, Inc."),
    (EDGE, "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\140.0.3485.54\\msedge.dll", "Microsoft Corporation"),
    (f"{OFFICE16}OUTLOOK.EXE", f"{OFFICE16}ADDINS\\UmOutlookAddin.dll", "Microsoft Corporation"),
)  # fmt: skip


def office_day(machine: DetailMachine, person: Person, comes: int, goes: int) -> None:
    """One day of somebody at a desk, as the kernel sees it."""
    dice = machine.dice
    home = f"C:\\Users\\{person.login}\\AppData\\Local"
    at = comes + 4 * MINUTE
    while at < goes:
        at += dice.gap(35 * MINUTE)
        image, library, company = dice.pick(_BESIDE)
        program = machine.running(image, f'"{image}"', person.account)
        machine.load(at, program, library, company)
        step = dice.below(6)
        if step == 0:
            browser = machine.running(EDGE, f'"{EDGE}" --type=utility', person.account)
            machine.pipe(
                at + 200, browser, f"\\mojo.{browser.pid}.{dice.between(900, 9000)}.{dice.between(10**12, 10**14)}"
            )
            machine.pipe(at + 260, browser, f"\\crashpad_{browser.pid}_{dice.token(16).upper()}")
            machine.exchange_image(at + 300, browser)
        elif step == 1:
            updater = f"{home}\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe"
            process = machine.running(updater, f'"{updater}"', person.account)
            machine.load(
                at + 90,
                process,
                f"{home}\\Microsoft\\OneDrive\\25.158.0815.0001\\FileSyncShell64.dll",
                "Microsoft Corporation",
            )
            machine.backdate(
                at + 400, process, f"{home}\\Microsoft\\OneDrive\\Update\\{dice.hexa(8)}.xml", at - 3 * DAY
            )
        elif step == 2:
            meeting = f"{home}\\Temp\\meeting-{dice.hexa(6)}\\setup.exe"
            process = machine.start(at + 100, machine.desktop(person.account), meeting)
            machine.load(at + 500, process, f"{meeting.rpartition(chr(92))[0]}\\uninstall.dll", "")
            machine.delete(at + 9 * SECOND, process, meeting)
        elif step == 3:
            archive = machine.running("C:\\Program Files\\7-Zip\\7zG.exe", "", person.account)
            machine.backdate(
                at + 70, archive, f"C:\\Users\\{person.login}\\Documents\\agency\\{dice.hexa(4)}.psd", at - 90 * DAY
            )
        elif step == 4:
            shell = machine.desktop(person.account)
            machine.look_into(at + 40, shell, program, "limited", (*_OPEN, "SHELL32.dll"))
            machine.key(
                at + 90,
                shell,
                f"HKU\\{person.sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FileExts\\.{dice.hexa(3)}",
            )
        else:
            _background(machine, at, person)


def _background(machine: DetailMachine, at: int, person: Person) -> None:
    dice = machine.dice
    windows = machine.running(f"{SYSTEM32}dwm.exe", '"dwm.exe"', "Window Manager\\DWM-1")
    csrss = machine.running(f"{SYSTEM32}csrss.exe")
    machine.thread(
        at,
        csrss,
        machine.running(f"{SYSTEM32}conhost.exe", "", person.account),
        f"{SYSTEM32}KERNELBASE.dll",
        "CtrlRoutine",
    )
    machine.look_into(at + 50, windows, machine.desktop(person.account), "query", (*_OPEN, "dwmcore.dll"))
    if dice.chance(0.4):
        keys = "C:\\Program Files\\Keyboard\\macros.exe"
        sheet = machine.running(f"{OFFICE16}EXCEL.EXE", "", person.account)
        source = machine.running(keys, "", person.account)
        machine.thread(at + 90, source, sheet, f"{SYSTEM32}kernel32.dll", "LoadLibraryW")


def administrator(machine: DetailMachine, person: Person, days: int) -> None:
    """Task Manager and Process Explorer look at everything, and a debugger at a program of the company's own."""
    dice = machine.dice
    tools: list[tuple[str, str, tuple[str, ...]]] = [
        (f"{SYSTEM32}Taskmgr.exe", "limited", (*_OPEN, f"{SYSTEM32}Taskmgr.exe")),
        (
            "C:\\Program Files\\Sysinternals\\procexp64.exe",
            "all",
            (*_OPEN, "C:\\Program Files\\Sysinternals\\procexp64.exe"),
        ),
        (f"{SYSTEM32}mmc.exe", "query", (*_OPEN, "perfproc.dll")),
    ]
    for at in moments(dice, OFFICE, 1.5, days):
        image, rights, modules = dice.pick(tools)
        tool: Process = machine.start(at, machine.desktop(person.account), image)
        for number, target in enumerate(
            (lsass(machine), machine.service("netsvcs", "gpsvc"), machine.desktop(person.account))
        ):
            machine.look_into(at + SECOND + number * 40, tool, target, rights, modules)
        if dice.chance(0.3):
            machine.driver(at + 2 * SECOND, f"{SYSTEM32}drivers\\PROCEXP152.SYS", "Microsoft Corporation")


def new_agent(machine: DetailMachine, person: Person, at: int) -> None:
    """An administrator tries the inventory's new agent on his own machine before it goes to all."""
    shell = machine.start(at, machine.desktop(person.account), POWERSHELL, f'"{POWERSHELL}"', folder="C:\\Install\\")
    package = "C:\\Windows\\Temp\\agent-5.2.msi"
    fetch = f"Invoke-WebRequest https://packages.example.com/agent-5.2.msi -OutFile {package}"
    machine.start(at + MINUTE, shell, POWERSHELL, f'"{POWERSHELL}" -NoProfile -Command "{fetch}"')
    machine.write(at + 64 * SECOND, shell, package)
    setup = machine.start(at + 2 * MINUTE, shell, f"{SYSTEM32}msiexec.exe", f"msiexec /i {package} /qn")
    task = '/create /f /tn \\Inventory\\Collect /tr "C:\\ProgramData\\Inventory\\bin\\collect.exe" /sc daily /ru SYSTEM'
    machine.start(at + 3 * MINUTE, setup, f"{SYSTEM32}schtasks.exe", f"schtasks.exe {task}")
