"""An Exchange server at work: application pools that compile pages, its own services, an update, voice mail.

Most of what an intruder would do here has an honest double: worker processes start the C# compiler and write files with
``.aspx`` in their names, set-up replaces pages under the front end, and PowerShell loads the Exchange snap-in.
"""

from __future__ import annotations

from compiler.baseline.clock import DAY, HOUR, MINUTE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.windows.machine import CMD, POWERSHELL, SYSTEM32, Machine, Process
from compiler.baseline.world import DC01, DC02

V15 = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
TEMPORARY = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\"
FRAMEWORK = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"
W3WP = "C:\\Windows\\System32\\inetsrv\\w3wp.exe"
_POOLS = (
    ("MSExchangeOWAAppPool", "owa", ("logon.aspx", "errorfe.aspx", "default.aspx", "expiredpassword.aspx")),
    ("MSExchangeECPAppPool", "ecp", ("default.aspx", "editoabvirtualdirectory.aspx", "about.aspx")),
    ("MSExchangeOABAppPool", "oab", ("global.asax",)),
    ("MSExchangeAutodiscoverAppPool", "autodiscover", ("global.asax",)),
    ("MSExchangeServicesAppPool", "ews", ("global.asax",)),
    ("MSExchangePowerShellFrontEndAppPool", "powershell", ("global.asax",)),
)


def pool(machine: Machine, name: str, folder: str, at: int = 0) -> Process:
    """The worker process of an application pool: started at a moment, or running since before the week."""
    config = f"C:\\inetpub\\temp\\apppools\\{name}\\{name}.config"
    clr = (
        f'-c "{V15}bin\\GenericAppPoolConfigWithGCServerEnabledFalse.config" ' if name.startswith("MSExchange") else ""
    )
    command = (
        f'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "{name}" -v "v4.0" {clr}-a \\\\.\\pipe\\'
        f'iisipm{machine.dice.guid() if at else name} -h "{config}" -w "" -m 0'
    )
    user = "NT AUTHORITY\\SYSTEM" if name.startswith("MSExchange") else f"IIS APPPOOL\\{name}"
    if not at:
        return machine.running(W3WP, command, user)
    return machine.start(at, machine.service("iissvcs", "W3SVC"), W3WP, command, user=user, folder=folder)


def compile_page(machine: Machine, at: int, worker: Process, site: str, page: str) -> None:
    """ASP.NET compiles a page at its first request: source, compiler, resource linker, library, and a marker file."""
    dice = machine.dice
    folder = f"{TEMPORARY}{site}\\{dice.hexa(8)}\\{dice.hexa(8)}\\"
    stem = dice.token(8).lower()
    machine.write(at, worker, f"{folder}{stem}.0.cs")
    machine.write(at + 6, worker, f"{folder}{stem}.cmdline")
    compiler = machine.start(
        at + 20, worker, f"{FRAMEWORK}csc.exe", f'"{FRAMEWORK}csc.exe" /noconfig /fullpaths @"{folder}{stem}.cmdline"'
    )
    machine.start(
        at + 44, compiler, f"{SYSTEM32}conhost.exe", "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1"
    )
    linker = machine.start(
        at + 310,
        compiler,
        f"{FRAMEWORK}cvtres.exe",
        (
            f'{FRAMEWORK}cvtres.exe /NOLOGO /READONLY /MACHINE:IX86 "/OUT:C:\\Windows\\TEMP\\'
            f'RES{dice.hexa(4).upper()}.tmp" "C:\\Windows\\TEMP\\CSC{dice.hexa(32).upper()}.TMP"'
        ),
    )
    machine.stop(at + 380, linker)
    machine.write(at + 420, compiler, f"{folder}App_Web_{stem}.dll")
    machine.stop(at + 440, compiler)
    machine.write(at + 470, worker, f"{folder}{page}.{dice.hexa(8)}.compiled")


def services(machine: Machine, days: int) -> None:
    """What the server's own services do, all day and night."""
    _pools(machine, days)
    _health(machine, days)
    _voice(machine, days)
    _store(machine, days)
    for at in every(machine.dice, 24 * HOUR, days):
        assistants = machine.running(f"{V15}bin\\MSExchangeMailboxAssistants.exe")
        book = f"{V15}ClientAccess\\OAB\\4d5a1c2e-6f0b-4a43-9a55-0d2f5be2a7c1\\"
        for number, name in enumerate(
            (
                "oab.xml",
                "9b0a6b30-53b1-4d1e-8a0c-aa1f4d7e3c55-data-412.lzx",
                "9b0a6b30-53b1-4d1e-8a0c-aa1f4d7e3c55-binpatch-412.lzx",
            )
        ):
            machine.write(at + number * 700, assistants, book + name)


def _pools(machine: Machine, days: int) -> None:
    """Pools are recycled every 29 hours; the first request to a page after that compiles it."""
    dice = machine.dice
    for name, site, pages in _POOLS:
        old = pool(machine, name, SYSTEM32)
        for at in every(dice, 29 * HOUR, days, 5 * MINUTE):
            worker = pool(machine, name, SYSTEM32, at)
            for number, page in enumerate(dice.some(pages, dice.between(1, 2))):
                compile_page(machine, at + (number + 1) * 4 * SECOND, worker, site, page)
            machine.write(
                at + 9 * SECOND,
                worker,
                f"C:\\inetpub\\temp\\IIS Temporary Compressed Files\\{name}\\$^_gzip_D^\\{dice.hexa(8)}.CSS",
            )
            machine.stop(at + 90 * SECOND, old)
            old = worker
    for at in moments(dice, OFFICE, 1, days):
        # A worker dies now and then; Windows Error Reporting is its child, and dumps it.
        worker = pool(machine, "MSExchangeServicesAppPool", SYSTEM32)
        report = machine.start(
            at,
            worker,
            f"{SYSTEM32}WerFault.exe",
            f"C:\\Windows\\system32\\WerFault.exe -u -p {worker.pid} -s {dice.between(800, 4000)}",
        )
        machine.write(
            at + 800, report, f"C:\\ProgramData\\Microsoft\\Windows\\WER\\Temp\\WER{dice.hexa(4).upper()}.tmp.dmp"
        )
        machine.stop(at + 9 * SECOND, report)


def _health(machine: Machine, days: int) -> None:
    dice = machine.dice
    host = machine.running(f"{V15}bin\\MSExchangeHMHost.exe")
    for at in every(dice, 26 * HOUR, days, HOUR):
        worker = machine.start(
            at,
            host,
            f"{V15}bin\\MSExchangeHMWorker.exe",
            (
                f'"{V15}bin\\MSExchangeHMWorker.exe" -pipe:{dice.between(1000, 4000)} -stopkey:Global\\'
                f"ExchangeStopKey-{dice.guid()} -resetkey:Global\\ExchangeResetKey-{dice.guid()} "
                f"-readykey:Global\\ExchangeReadyKey-{dice.guid()} -hangkey:Global\\"
                f"ExchangeHangKey-{dice.guid()} -workerListening"
            ),
        )
        machine.write(
            at + 3 * SECOND, worker, f"{V15}Logging\\Monitoring\\ActiveMonitoringTraceLogs\\trace-{at // DAY}.log"
        )
    agent = machine.running(
        "C:\\Program Files\\NSClient++\\nscp.exe", '"C:\\Program Files\\NSClient++\\nscp.exe" service --run --name nscp'
    )
    for at in every(dice, 5 * HOUR, days, HOUR):
        shell = machine.start(
            at, agent, CMD, "cmd /c echo scripts\\\\check_queue.ps1; exit($lastexitcode) | powershell.exe -command -"
        )
        script = machine.start(
            at + 40,
            shell,
            POWERSHELL,
            (
                'powershell.exe -NonInteractive -Command "Add-PSSnapin '
                "Microsoft.Exchange.Management.PowerShell.SnapIn; Get-Queue -Server "
                f'{machine.host.name} | Measure-Object MessageCount -Sum"'
            ),
        )
        machine.stop(at + 8 * SECOND, script)
    for at in every(dice, 7 * HOUR, days, HOUR):
        search = machine.running(f"{V15}Bin\\Search\\Ceres\\Runtime\\1.0\\hostcontroller.exe")
        machine.start(
            at,
            search,
            f"{V15}Bin\\Search\\Ceres\\Runtime\\1.0\\noderunner.exe",
            (
                f'"{V15}Bin\\Search\\Ceres\\Runtime\\1.0\\NodeRunner.exe" --noderoot "{V15}Bin\\Search\\'
                f'Ceres\\HostController\\Data\\Nodes\\Fsis\\IndexNode1" --addfrom "{V15}Bin\\Search\\'
                'Ceres\\HostController\\Data\\Nodes\\Fsis\\IndexNode1\\bin" --tracelog'
            ),
        )


def _voice(machine: Machine, days: int) -> None:
    """Unified Messaging writes voice mails, their headers and its logs; its worker is renewed once a week."""
    dice = machine.dice
    service = machine.running(f"{V15}bin\\UMService.exe")
    worker = machine.start(
        moment(0, 3, 12),
        service,
        f"{V15}bin\\UMWorkerProcess.exe",
        f'"{V15}bin\\UMWorkerProcess.exe" -stopkey:Global\\ExchangeUMStopKey-{dice.guid()} -port:5065 -sipport:5066',
    )
    for at in moments(dice, OFFICE, 9, days):
        message = dice.guid()
        for number, ending in enumerate(("wav", "txt")):
            machine.write(at + number * 240, worker, f"{V15}UnifiedMessaging\\voicemail\\{message}.{ending}")
        if dice.chance(0.2):
            machine.write(at + 900, worker, f"{V15}UnifiedMessaging\\log\\UMCallDataRecords{at // DAY}.LOG")


def _store(machine: Machine, days: int) -> None:
    dice = machine.dice
    talkers = (
        "bin\\MSExchangeADTopologyService.exe",
        "bin\\Microsoft.Exchange.Store.Worker.exe",
        "bin\\EdgeTransport.exe",
        "bin\\MSExchangeFrontendTransport.exe",
    )
    for at in every(dice, 75 * MINUTE, days, 20 * MINUTE):
        talker = machine.running(V15 + dice.pick(talkers))
        domain = dice.pick((DC01, DC02))
        machine.resolve(at, talker, domain.fqdn, domain.address)
        machine.connect(at + 40, talker, domain.address, dice.pick((389, 3268, 88)), domain.fqdn)
        if dice.chance(0.3):
            smtp = machine.running(V15 + "bin\\EdgeTransport.exe")
            machine.connect(at + 900, smtp, f"203.0.113.{dice.between(2, 250)}", 25)
