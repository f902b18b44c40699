"""The evening on which an Exchange server gets its security update: set-up writes where intruders would."""

from __future__ import annotations

from compiler.baseline.clock import MINUTE, SECOND, moment
from compiler.baseline.windows.exchange_server import V15, compile_page, pool
from compiler.baseline.windows.machine import POWERSHELL, SYSTEM32, Machine

_PAGES = (
    "owa\\auth\\logon.aspx",
    "owa\\auth\\errorFE.aspx",
    "owa\\auth\\expiredpassword.aspx",
    "owa\\auth\\OutlookCN.aspx",
    "owa\\auth\\signout.aspx",
    "owa\\auth\\RedirSuiteServiceProxy.aspx",
    "owa\\auth\\SvmFeedback.aspx",
    "owa\\auth\\frowny.aspx",
    "owa\\auth\\logoff.aspx",
    "ecp\\auth\\TimeoutLogoff.aspx",
    "owa\\auth\\15.1.2507\\scripts\\premium\\flogon.js",
    "owa\\auth\\15.1.2507\\themes\\resources\\logon.css",
    "rpc\\web.config",
)


def update(machine: Machine) -> None:
    """Wednesday evening's security update: the installer replaces pages of the front end, which compile anew."""
    dice = machine.dice
    at = moment(2, 21, 34)
    admin = machine.desktop("EXAMPLE\\adm-zeman")
    shell = machine.start(at, admin, f"{SYSTEM32}cmd.exe", f'"{SYSTEM32}cmd.exe"', folder="C:\\Install\\")
    machine.start(
        at + 30 * SECOND,
        shell,
        f"{SYSTEM32}certutil.exe",
        "certutil  -hashfile Exchange2016-KB5066369-x64-en.exe SHA256",
    )
    package = machine.start(
        at + 2 * MINUTE, shell, "C:\\Install\\Exchange2016-KB5066369-x64-en.exe", "Exchange2016-KB5066369-x64-en.exe"
    )
    client = machine.start(
        at + 3 * MINUTE,
        package,
        f"{SYSTEM32}msiexec.exe",
        (
            '"C:\\Windows\\system32\\msiexec.exe" /update "C:\\Install\\'
            'Exchange2016-KB5066369-x64-en.msp" /l*v C:\\ExchangeSetupLogs\\su.log'
        ),
    )
    for number, name in enumerate(("MSExchangeServicesAppPool", "MSExchangeOWAAppPool")):
        machine.start(
            at + (4 + number) * MINUTE,
            client,
            "C:\\Windows\\System32\\inetsrv\\appcmd.exe",
            f'appcmd.exe stop apppool /apppool.name:"{name}"',
        )
    script = machine.start(
        at + 6 * MINUTE,
        client,
        POWERSHELL,
        f'powershell.exe -NonInteractive -ExecutionPolicy Bypass -File "{V15}Bin\\ServiceControl.ps1" BeforePatch',
    )
    machine.stop(at + 8 * MINUTE, script)
    _replace(machine, at + 8 * MINUTE)
    after = machine.start(
        at + 25 * MINUTE,
        client,
        POWERSHELL,
        f'powershell.exe -NonInteractive -ExecutionPolicy Bypass -File "{V15}Bin\\ServiceControl.ps1" AfterPatch',
    )
    machine.start(at + 26 * MINUTE, after, f"{SYSTEM32}net.exe", '"C:\\Windows\\system32\\net.exe" start W3SVC')
    machine.start(
        at + 50 * MINUTE, shell, f"{SYSTEM32}shutdown.exe", 'shutdown  /r /t 5 /d p:2:17 /c "security update"'
    )
    for site, page in (("owa", "logon.aspx"), ("ecp", "default.aspx"), ("owa", "errorfe.aspx")):
        compile_page(
            machine,
            at + 64 * MINUTE + dice.gap(MINUTE),
            pool(machine, f"MSExchange{site.upper()}AppPool", SYSTEM32),
            site,
            page,
        )


def _replace(machine: Machine, at: int) -> None:
    """The installer's service writes the pages of the front end, and their twins of the back end."""
    service = machine.start(
        at,
        machine.running(f"{SYSTEM32}services.exe"),
        f"{SYSTEM32}msiexec.exe",
        "C:\\Windows\\system32\\msiexec.exe /V",
        folder=SYSTEM32,
    )
    for number, page in enumerate(_PAGES):
        machine.write(at + MINUTE + number * 350, service, f"{V15}FrontEnd\\HttpProxy\\{page}")
        if page.endswith(".aspx"):
            machine.write(at + 4 * MINUTE + number * 350, service, f"{V15}ClientAccess\\{page.replace('auth', 'prem')}")
