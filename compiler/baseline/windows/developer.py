"""A developer's workstation: shells and compilers all day, and pages that an editor writes."""

from __future__ import annotations

from compiler.baseline.clock import HOUR, MINUTE, SECOND
from compiler.baseline.windows.desktop import log_on
from compiler.baseline.windows.machine import CMD, POWERSHELL, SYSTEM32, Machine, Process
from compiler.baseline.world import Person


def developer_day(machine: Machine, person: Person, comes: int, goes: int) -> None:
    """One day of somebody who builds software: shells and compilers all day, pages written by an editor."""
    dice = machine.dice
    explorer = log_on(machine, person, comes)
    source = f"C:\\src\\{dice.pick(('portal', 'intranet', 'erp-bridge'))}\\"
    editor = machine.start(
        comes + 6 * MINUTE, explorer, "C:\\Program Files\\Microsoft VS Code\\Code.exe", "", folder=source
    )
    terminal = machine.start(
        comes + 8 * MINUTE,
        editor,
        POWERSHELL,
        (
            f'"{POWERSHELL}" -noexit -command "try {{ . \\"c:\\Program Files\\Microsoft VS Code\\'
            "resources\\app\\out\\vs\\workbench\\contrib\\terminal\\common\\scripts\\"
            f'shellIntegration.ps1\\" }} catch {{}}"'
        ),
        folder=source,
    )
    studio = machine.running(
        "C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\Common7\\IDE\\devenv.exe", user=person.account
    )
    at = comes + 10 * MINUTE
    while at < goes:
        at += dice.gap(24 * MINUTE)
        image, command = dice.pick(_CHAIN)
        child = machine.start(at, terminal, image, command)
        if image == CMD:
            machine.start(
                at + 90,
                child,
                "C:\\Program Files\\nodejs\\node.exe",
                '"node"   "C:\\src\\portal\\node_modules\\.bin\\..\\webpack\\bin\\webpack.js" --mode production',
            )
        if dice.chance(0.3):
            machine.write(
                at + 5 * SECOND,
                studio if dice.chance(0.5) else editor,
                source + dice.pick(_SOURCES),
            )
        if dice.chance(0.12):
            _debug(machine, at + MINUTE, studio, source)
    machine.stop(goes + HOUR // 60, terminal)


def _debug(machine: Machine, at: int, studio: Process, source: str) -> None:
    """The debugger starts a web server of its own, which compiles pages as the real one does."""
    dice = machine.dice
    login = studio.user.rpartition("\\")[2]
    express = machine.start(
        at,
        studio,
        "C:\\Program Files\\IIS Express\\iisexpress.exe",
        (
            f'"C:\\Program Files\\IIS Express\\iisexpress.exe" /config:"{source}.vs\\config\\'
            'applicationhost.config" /site:"Portal" /apppool:"Clr4IntegratedAppPool"'
        ),
    )
    machine.start(
        at + 10 * SECOND,
        express,
        "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe",
        (
            '"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe" /noconfig /'
            f'fullpaths @"C:\\Users\\{login}\\AppData\\Local\\Temp\\Temporary ASP.NET '
            f'Files\\root\\{dice.hexa(8)}\\{dice.token(8).lower()}.cmdline"'
        ),
    )


_SOURCES = ("Default.aspx", "Reports\\Export.aspx", "Upload.ashx", "web.config", "src\\index.php", "api\\Stock.cs")
_CHAIN = (
    ("C:\\Program Files\\Git\\cmd\\git.exe", "git  fetch --all --prune"),
    ("C:\\Program Files\\Git\\cmd\\git.exe", 'git  commit -m "Remove cmd.exe from the report"'),
    ("C:\\Program Files\\Git\\cmd\\git.exe", "git  push origin HEAD"),
    ("C:\\Python312\\python.exe", "python  -m pytest -q"),
    ("C:\\Python312\\python.exe", "python  tools\\seed.py --users 40"),
    ("C:\\Python312\\python.exe", 'python  -c "import base64,sys;print(base64.b64encode(sys.stdin.buffer.read()))"'),
    (CMD, f'"{CMD}" /d /s /c "npm run build"'),
    (POWERSHELL, "powershell.exe  -NoProfile -ExecutionPolicy Bypass -File .\\build.ps1 -Target Test"),
    (
        POWERSHELL,
        (
            "powershell.exe  -NoProfile -Command Invoke-WebRequest -Uri https://packages.example.com/"
            "agent.msi -OutFile C:\\Temp\\agent.msi"
        ),
    ),
    ("C:\\Windows\\System32\\curl.exe", "curl  -s https://api.example.com/v2/stock.php?sku=BRG-6204"),
    ("C:\\Windows\\System32\\OpenSSH\\ssh.exe", "ssh  deploy@web01.example.com uptime"),
    (
        ("C:\\Program Files\\Microsoft Visual Studio\\2022\\Professional\\MSBuild\\Current\\Bin\\MSBuild.exe"),
        "msbuild  Portal.sln /t:Rebuild /p:Configuration=Release /m",
    ),
    (f"{SYSTEM32}certutil.exe", "certutil  -hashfile dist\\portal.zip SHA256"),
    (f"{SYSTEM32}attrib.exe", "attrib  +h .vs"),
    (f"{SYSTEM32}netstat.exe", "netstat  -ano"),
    ("C:\\Program Files\\Docker\\Docker\\resources\\bin\\docker.exe", "docker  compose up -d"),
    (f"{SYSTEM32}tasklist.exe", 'tasklist  /fi "imagename eq w3wp.exe"'),
)
