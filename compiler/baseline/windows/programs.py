"""What the version resource of each program says, as Sysmon copies it: description, product, company, original name."""

from __future__ import annotations

import hashlib

_WINDOWS = "Microsoft® Windows® Operating System"
_MICROSOFT = "Microsoft Corporation"
# file name: (description, original file name, product, company); the last two are Windows and Microsoft unless given
_KNOWN: dict[str, tuple[str, ...]] = {
    "7z.exe": ("7-Zip Console", "7z.exe", "7-Zip", "Igor Pavlov"),
    "7zg.exe": ("7-Zip GUI", "7zG.exe", "7-Zip", "Igor Pavlov"),
    "acrobat.exe": ("Adobe Acrobat", "Acrobat.exe", "Adobe Acrobat", "Adobe Systems Incorporated"),
    "appcmd.exe": ("Application Server Command Line Admin Tool", "appcmd.exe", "Internet Information Services"),
    "attrib.exe": ("Attribute Utility", "ATTRIB.EXE"),
    "backgroundtaskhost.exe": ("Background Task Host", "backgroundTaskHost.exe"),
    "bitsadmin.exe": ("BITS administration utility", "bitsadmin.exe"),
    "certutil.exe": ("CertUtil.exe", "CertUtil.exe"),
    "cmd.exe": ("Windows Command Processor", "Cmd.Exe"),
    "code.exe": ("Visual Studio Code", "electron.exe", "Visual Studio Code"),
    "compattelrunner.exe": ("Microsoft Compatibility Telemetry", "CompatTelRunner.exe"),
    "conhost.exe": ("Console Window Host", "CONHOST.EXE"),
    "csc.exe": ("Visual C# Command Line Compiler", "csc.exe", "Microsoft® .NET Framework"),
    "curl.exe": ("The curl executable", "curl.exe", "The curl executable", "curl, https://curl.se/"),
    "cvtres.exe": (
        "Microsoft® Resource File To COFF Object Conversion Utility",
        "CVTRES.EXE",
        "Microsoft® Visual Studio®",
    ),
    "dcdiag.exe": ("Directory Server Diagnosis", "dcdiag.exe"),
    "devenv.exe": ("Microsoft Visual Studio 2022", "devenv.exe", "Microsoft® Visual Studio®"),
    "dllhost.exe": ("COM Surrogate", "dllhost.exe"),
    "esentutl.exe": ("Extensible Storage Engine Utilities for Microsoft(R) Windows(R)", "esentutl.exe"),
    "excel.exe": ("Microsoft Excel", "Excel.exe", "Microsoft Office"),
    "explorer.exe": ("Windows Explorer", "EXPLORER.EXE"),
    "git.exe": ("Git for Windows", "git.exe", "Git", "The Git Development Community"),
    "gpupdate.exe": ("Microsoft® Group Policy Update Utility", "GPUpdate.exe"),
    "icacls.exe": ("", "iCACLS.EXE"),
    "iisexpress.exe": ("IIS Express Worker Process", "iisexpress.exe", "Internet Information Services"),
    "ipconfig.exe": ("IP Configuration Utility", "ipconfig.exe"),
    "lsass.exe": ("Local Security Authority Process", "lsass.exe"),
    "makecab.exe": ("Microsoft® Cabinet Maker", "makecab.exe"),
    "mmc.exe": ("Microsoft Management Console", "mmc.exe"),
    "mpcmdrun.exe": ("Microsoft Malware Protection Command Line Utility", "MpCmdRun.exe"),
    "msbuild.exe": ("MSBuild.exe", "MSBuild.exe", "Microsoft® Build Tools®"),
    "msdeploy.exe": ("Web Deploy Command Line", "msdeploy.exe", "Microsoft® Web Deploy"),
    "msedge.exe": ("Microsoft Edge", "msedge.exe", "Microsoft Edge"),
    "msexchangehmworker.exe": (
        "Microsoft Exchange Health Manager Worker",
        "MSExchangeHMWorker.exe",
        "Microsoft® Exchange",
    ),
    "msiexec.exe": ("Windows® installer", "msiexec.exe", "Windows Installer - Unicode"),
    "net.exe": ("Net Command", "net.exe"),
    "net1.exe": ("Net Command", "net1.exe"),
    "netsh.exe": ("Network Command Shell", "netsh.exe"),
    "nltest.exe": ("Microsoft® Logon Server Test Utility", "nltestrk.exe"),
    "node.exe": ("Node.js JavaScript Runtime", "node.exe", "Node.js", "Node.js"),
    "noderunner.exe": ("Microsoft Search Host Controller Node Runner", "NodeRunner.exe", "Microsoft® Search"),
    "notepad.exe": ("Notepad", "NOTEPAD.EXE"),
    "ntdsutil.exe": ("NT5DS", "ntdsutil.exe"),
    "outlook.exe": ("Microsoft Outlook", "Outlook.exe", "Microsoft Outlook"),
    "php-cgi.exe": ("CGI / FastCGI", "php-cgi.exe", "PHP", "The PHP Group"),
    "powershell.exe": ("Windows PowerShell", "PowerShell.EXE"),
    "procdump64.exe": (
        "Sysinternals process dump utility",
        "procdump",
        "ProcDump",
        "Sysinternals - www.sysinternals.com",
    ),
    "psexec.exe": (
        "Execute processes remotely",
        "psexec.c",
        "Sysinternals PsExec",
        "Sysinternals - www.sysinternals.com",
    ),
    "psexesvc.exe": ("PsExec Service", "psexesvc.exe", "Sysinternals PsExec", "Sysinternals"),
    "python.exe": ("Python", "python.exe", "Python", "Python Software Foundation"),
    "reg.exe": ("Registry Console Tool", "reg.exe"),
    "repadmin.exe": ("Replication Administration Tool", "repadmin.exe"),
    "rundll32.exe": ("Windows host process (Rundll32)", "RUNDLL32.EXE"),
    "runtimebroker.exe": ("Runtime Broker", "RuntimeBroker.exe"),
    "sc.exe": ("Service Control Manager Configuration Tool", "sc.exe"),
    "schtasks.exe": ("Task Scheduler Configuration Tool", "schtasks.exe"),
    "searchprotocolhost.exe": ("Microsoft Windows Search Protocol Host", "SearchProtocolHost.exe", "Windows® Search"),
    "splwow64.exe": ("Print driver host for applications", "splwow64.exe"),
    "ssh.exe": ("OpenSSH for Windows", "ssh.exe", "OpenSSH for Windows"),
    "svchost.exe": ("Host Process for Windows Services", "svchost.exe"),
    "taskhostw.exe": ("Host Process for Windows Tasks", "taskhostw.exe"),
    "taskmgr.exe": ("Task Manager", "Taskmgr.exe"),
    "tiworker.exe": ("Windows Modules Installer Worker", "TiWorker.exe"),
    "umworkerprocess.exe": (
        "Microsoft Exchange Unified Messaging Worker Process",
        "UMWorkerProcess.exe",
        "Microsoft® Exchange",
    ),
    "userinit.exe": ("Userinit Logon Application", "USERINIT.EXE"),
    "vssadmin.exe": ("Command Line Interface for Microsoft® Volume Shadow Copy Service", "VSSADMIN.EXE"),
    "w32tm.exe": ("Windows Time Service Diagnostic Tool", "w32time.dll"),
    "w3wp.exe": ("IIS Worker Process", "w3wp.exe", "Internet Information Services"),
    "wbadmin.exe": ("Command Line Interface for Microsoft® BLB Backup", "WBADMIN.EXE"),
    "werfault.exe": ("Windows Problem Reporting", "WerFault.exe"),
    "whoami.exe": ("whoami - displays logged on user information", "whoami.exe"),
    "winword.exe": ("Microsoft Word", "WinWord.exe", "Microsoft Office"),
    "wmiprvse.exe": ("WMI Provider Host", "Wmiprvse.exe"),
    "wsmprovhost.exe": ("Host process for WinRM plug-ins", "wsmprovhost.exe"),
}


def resource(image: str) -> dict[str, str]:
    """The fields of the version resource; ``-`` each for a program without one."""
    name = image.rpartition("\\")[2].lower()
    if name not in _KNOWN:
        return dict.fromkeys(("FileVersion", "Description", "Product", "Company", "OriginalFileName"), "-")
    description, original, *maker = _KNOWN[name]
    product, company = (*maker, _MICROSOFT)[:2] if maker else (_WINDOWS, _MICROSOFT)
    number = int(hashlib.sha256(name.encode()).hexdigest()[:4], 16)
    version = f"{number % 24 + 1}.{number % 10}.{number % 97}.0"
    if product == _WINDOWS:
        version = f"10.0.17763.{number % 6000} (WinBuild.160101.0800)"
    return {
        "FileVersion": version,
        "Description": description or "-",
        "Product": product,
        "Company": company,
        "OriginalFileName": original,
    }


def hashes(image: str) -> str:
    """Stand-ins for the file's hashes, in the form of Sysmon's ``Hashes`` field; one program always has the same."""
    digest = hashlib.sha256(image.lower().encode()).hexdigest().upper()
    return f"MD5={digest[:32]},SHA256={digest[::-1]},IMPHASH={digest[32:]}"
