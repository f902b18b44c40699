"""What happens inside Windows machines by itself: scanners look into processes, services load libraries and open pipes.

The sharp edges are kept: antivirus, EDR, inventory and backup read the memory of ``lsass.exe``, set-up programs load
unsigned libraries out of the folder for temporary files, and agents have pipes with odd names.
"""

from __future__ import annotations

from compiler.baseline.clock import DAY, HOUR, MINUTE, SECOND, every, moment
from compiler.baseline.windows.detail import DetailMachine
from compiler.baseline.windows.machine import NETWORK_SERVICE, POWERSHELL, SYSTEM32, Process

_DEFENDER = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25070.5-0\\MsMpEng.exe"
_SENSE = (
    "C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Platform\\10.8760.27840.1000\\SenseIR.exe"
)
_BACKUP = "C:\\Program Files\\Backup\\Agent\\bpagent.exe"
_LIBRARIES = (
    "ntdll.dll", "kernel32.dll", "version.dll", "winhttp.dll", "cryptsp.dll", "userenv.dll", "wtsapi32.dll",
    "dbghelp.dll", "amsi.dll", "secur32.dll", "profapi.dll", "iphlpapi.dll", "netapi32.dll", "uxtheme.dll",
)  # fmt: skip
_SERVICES = (
    ("netsvcs", "Schedule"),
    ("netsvcs", "gpsvc"),
    ("LocalServiceNetworkRestricted", "Dhcp"),
    ("netsvcs", "BITS"),
)
_OPEN = ("ntdll.dll", "KERNELBASE.dll")


def lsass(machine: DetailMachine) -> Process:
    """The process that holds the logons."""
    return machine.running(f"{SYSTEM32}lsass.exe", f"{SYSTEM32}lsass.exe")


def every_machine(machine: DetailMachine, days: int) -> None:
    """Antivirus, EDR, the inventory, the event log and the scheduler are on all of them."""
    dice = machine.dice
    scanner = machine.running(_DEFENDER, f'"{_DEFENDER}"')
    sense = machine.running(_SENSE, f'"{_SENSE}"')
    host = machine.service("DcomLaunch", "LSM")
    for at in every(dice, 5 * HOUR, days, HOUR):
        machine.look_into(at, scanner, lsass(machine), "look", (*_OPEN, f"{_DEFENDER[:-11]}MpSvc.dll"))
        machine.load(at + 400, scanner, f"{_DEFENDER[:-11]}MpClient.dll")
    for at in every(dice, 11 * HOUR, days, HOUR):
        machine.look_into(at, sense, lsass(machine), "read", (*_OPEN, f"{_SENSE[:-11]}SenseIR.dll"))
        machine.pipe(at + 90, sense, f"\\SenseIR_{dice.hexa(8)}")
    for at in every(dice, 4 * HOUR, days, HOUR):
        group, name = dice.pick(_SERVICES)
        service = machine.service(group, name)
        machine.look_into(at, host, service, dice.pick(("query", "limited")), (*_OPEN, "lsm.dll", "RPCRT4.dll"))
        for library in dice.some(_LIBRARIES, 3):
            machine.load(at + dice.below(SECOND), service, SYSTEM32 + library)
        settings = f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\{name}\\Parameters\\{dice.hexa(6)}"
        machine.key(at + SECOND, service, settings, dice.pick(("CreateKey", "DeleteKey", "DeleteValue")))
    control = machine.running(f"{SYSTEM32}services.exe")
    for at in every(dice, 26 * HOUR, days, HOUR):
        engine = f"{{{dice.guid().upper()}}}"
        folder = f"C:\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\{engine}"
        machine.driver(at, f"{folder}\\MpKslDrv.sys", "Microsoft Windows")
        machine.store(
            at, control, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MpKsl\\ImagePath", f"\\??\\{folder}\\MpKslDrv.sys"
        )
        machine.delete(at + 9 * SECOND, scanner, f"C:\\Windows\\Temp\\MpSigStub-{dice.hexa(6)}.log")
    _inventory(machine, days)
    _policy(machine, days)


def _inventory(machine: DetailMachine, days: int) -> None:
    """The inventory lists every process with its path: .NET opens each of them, that of the logons too."""
    dice = machine.dice
    agent = machine.running("C:\\Program Files\\Inventory\\agent.exe")
    dotnet = ("C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\c1f0d2a7\\System.ni.dll", "KERNELBASE.dll")
    for at in every(dice, 24 * HOUR, days, HOUR):
        command = 'powershell.exe -NoProfile -Command "Get-Process | Select-Object Name,Path,Company"'
        shell = machine.start(at, agent, POWERSHELL, command)
        machine.load(at + 300, shell, f"{SYSTEM32}amsi.dll")
        machine.pipe(at + 400, shell, f"\\PSHost.{at + dice.below(9000)}.{shell.pid}.DefaultAppDomain.powershell")
        for target in (lsass(machine), machine.running(f"{SYSTEM32}winlogon.exe"), machine.service("netsvcs", "gpsvc")):
            machine.look_into(at + 900, shell, target, "look", ("ntdll.dll", *reversed(dotnet)))
        provider = machine.running(
            f"{SYSTEM32}wbem\\WmiPrvSE.exe", f"{SYSTEM32}wbem\\wmiprvse.exe -secured -Embedding", NETWORK_SERVICE
        )
        machine.look_into(
            at + 5 * SECOND, provider, lsass(machine), "look", (*_OPEN, "wbem\\cimwin32.dll", "framedynos.dll")
        )


def _policy(machine: DetailMachine, days: int) -> None:
    """Group policy, deployed software and the error reporting leave their traces."""
    dice = machine.dice
    policy = machine.service("netsvcs", "gpsvc")
    providers = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders"
    for at in every(dice, 37 * HOUR, days, HOUR):
        machine.store(at, policy, f"{providers}\\WDigest\\UseLogonCredential", "DWORD (0x00000000)")
        machine.store(
            at + 80, policy, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel", "DWORD (0x00000005)"
        )
    for day in range(1, days, 3):
        # Software distribution starts a bundle, which unpacks its own interface, unsigned, beside itself.
        at = moment(day, 12, dice.below(59))
        client = machine.running("C:\\Windows\\CCM\\CcmExec.exe")
        bundle = f"{{{dice.guid().upper()}}}"
        package = machine.start(
            at, client, "C:\\Windows\\ccmcache\\4t\\vc_redist.x64.exe", '"vc_redist.x64.exe" /quiet'
        )
        clean = machine.start(at + 900, package, f"C:\\Windows\\Temp\\{bundle}\\.cr\\vc_redist.x64.exe",
                              f'"C:\\Windows\\Temp\\{bundle}\\.cr\\vc_redist.x64.exe" /quiet')  # fmt: skip
        inner = f"{{{dice.guid().upper()}}}"
        machine.write(at + 1200, clean, f"C:\\Windows\\Temp\\{inner}\\.ba\\wixstdba.dll")
        machine.load(at + 1300, clean, f"C:\\Windows\\Temp\\{inner}\\.ba\\wixstdba.dll", "")
        machine.pipe(at + 1500, clean, f"\\BurnPipe.{bundle}")
        machine.backdate(at + 4 * SECOND, machine.running(f"{SYSTEM32}msiexec.exe", "msiexec.exe /V"),
                         f"{SYSTEM32}vcruntime140_1.dll", at - 200 * DAY)  # fmt: skip
        machine.delete(at + 20 * SECOND, clean, f"C:\\Windows\\Temp\\{inner}\\.ba\\wixstdba.dll")
    for at in every(dice, 55 * HOUR, days, HOUR):
        fault = machine.start(at, machine.service("WerSvcGroup", "WerSvc"), f"{SYSTEM32}WerFault.exe",
                              f"{SYSTEM32}WerFault.exe -u -p {dice.between(900, 9000)} -s 1204")  # fmt: skip
        machine.look_into(
            at + 200, fault, machine.service("netsvcs", "BITS"), "all", (*_OPEN, "dbgcore.dll", "wer.dll")
        )
        machine.load(at + 150, fault, f"{SYSTEM32}dbgcore.dll")


def server(machine: DetailMachine, days: int) -> None:
    """Backup, monitoring and the management of the cluster on servers."""
    dice = machine.dice
    backup = machine.running(_BACKUP, f'"{_BACKUP}" -service')
    forwarder = machine.running("C:\\Program Files\\SplunkUniversalForwarder\\bin\\splunkd.exe")
    csrss = machine.running(f"{SYSTEM32}csrss.exe")
    for at in every(dice, 24 * HOUR, days, HOUR):
        machine.look_into(
            at, backup, lsass(machine), "look", (*_OPEN, "C:\\Program Files\\Backup\\Agent\\sysstate.dll")
        )
        machine.pipe(at + 300, backup, f"\\bpagent-{dice.between(1000, 9999)}-status")
        machine.load(at + 350, backup, "C:\\Program Files\\Backup\\Agent\\zlib1.dll", "")
    for at in every(dice, 8 * HOUR, days, HOUR):
        image = "C:\\Program Files\\SplunkUniversalForwarder\\bin\\splunk-winevtlog.exe"
        reader = machine.start(at, forwarder, image)
        machine.load(at + 90, reader, "C:\\Program Files\\SplunkUniversalForwarder\\bin\\libxml2.dll", "Splunk, Inc.")
        machine.pipe(at + 200, reader, f"\\splunkd_{dice.hexa(6)}", made=False)
    for at in every(dice, 33 * HOUR, days, HOUR):
        shell = machine.running(f"{SYSTEM32}cmd.exe", '"C:\\Windows\\system32\\cmd.exe"', "EXAMPLE\\adm-zeman")
        machine.thread(at, csrss, shell, f"{SYSTEM32}KERNELBASE.dll", "CtrlRoutine")
    for at in every(dice, 9 * HOUR, days, HOUR):
        name = dice.pick(("\\ntsvcs", "\\lsass", "\\spoolss", "\\srvsvc", "\\wkssvc", "\\netlogon", "\\epmapper"))
        machine.pipe(at, machine.running("System", "System"), name, made=False)
        machine.pipe(
            at + 700, machine.service("netsvcs", "Schedule"), f"\\Winsock2\\CatalogChangeListener-{dice.hexa(3)}-0"
        )
    for day in range(0, days, 2):
        # PsExec in an administrator's hands makes its three pipes under its own name.
        at = moment(day, 14, dice.below(59))
        service = machine.start(
            at, machine.running(f"{SYSTEM32}services.exe"), "C:\\Windows\\PSEXESVC.exe", "C:\\Windows\\PSEXESVC.exe"
        )
        machine.pipe(at + 90, service, "\\PSEXESVC")
        for end in ("stdin", "stdout", "stderr"):
            machine.pipe(at + 300, service, f"\\PSEXESVC-WS-0{dice.between(40, 44)}-{dice.between(900, 9000)}-{end}")


_V15 = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\"
_COMPILED = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\"


def exchange(machine: DetailMachine, days: int) -> None:
    """Exchange's workers load what ASP.NET has compiled, which nobody signs, and speak through pipes of their own."""
    dice = machine.dice
    for name in (
        "MSExchangeOWAAppPool",
        "MSExchangeECPAppPool",
        "MSExchangeAutodiscoverAppPool",
        "MSExchangeSyncAppPool",
    ):
        worker = machine.running(f"{SYSTEM32}inetsrv\\w3wp.exe", f'{SYSTEM32}inetsrv\\w3wp.exe -ap "{name}" -v "v4.0"')
        site = name.removeprefix("MSExchange").removesuffix("AppPool").lower()
        for at in every(dice, 7 * HOUR, days, HOUR):
            folder = f"{_COMPILED}{site}\\{dice.hexa(8)}\\{dice.hexa(8)}"
            machine.load(at, worker, f"{folder}\\App_Web_{dice.token(8).lower()}.dll", "")
            machine.load(
                at + 80,
                worker,
                f"{_V15}Microsoft.Exchange.{dice.pick(('Data', 'Net', 'Rpc', 'Security'))}.dll",
                "Microsoft Corporation",
            )
            machine.pipe(at + 500, worker, f"\\iisipm{dice.guid()}", made=False)
            machine.backdate(at + 9 * SECOND, worker, f"{folder}\\hash\\hash.web", at - 30 * DAY)
    health = machine.running(f"{_V15}MSExchangeHMWorker.exe")
    for at in every(dice, 6 * HOUR, days, HOUR):
        worker = machine.running(
            f"{SYSTEM32}inetsrv\\w3wp.exe", f'{SYSTEM32}inetsrv\\w3wp.exe -ap "MSExchangeOWAAppPool" -v "v4.0"'
        )
        machine.look_into(at, health, worker, "look", (*_OPEN, "dbghelp.dll"))
        machine.pipe(at + 60, health, f"\\MSExchangeHMWorker-{dice.hexa(8)}")
    for at in every(dice, 13 * HOUR, days, MINUTE):
        search = machine.running(f"{_V15}Search\\Ceres\\Runtime\\1.0\\NodeRunner.exe")
        machine.load(
            at,
            search,
            f"{_V15}Search\\Ceres\\Native\\FSUtils.dll",
            "",
        )
