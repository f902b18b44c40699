rule webshell_aspx_command
{
    meta:
        id = "2cc4a1e3-9cb0-49b7-ad54-601487e03771"
        title = "ASP.NET Runs Commands for Its Visitor"
        description = "Detects ASP.NET pages that start a command interpreter, or a program that the request names, and give the visitor its output."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-sportsball, aa21-062a.t1505.003-aspxspy-secchecker"

    strings:
        // An interpreter is started ...
        $interpreter = /(FileName\s*=|ProcessStartInfo\s*\(|Process\.Start\s*\(|\.FileName\b[^;=]{0,10}=)\s*@?["'][^"'\r\n]{0,60}\b(cmd|powershell|pwsh|cscript|wscript)(\.exe)?["']/ nocase
        $interpreter_long = /["'](c:\\{1,2}windows\\{1,2}system32\\{1,2})?(cmd|powershell)\.exe["']/ nocase
        $switch = /["']\s?\/c\s?["']\s*[+&]/ nocase
        // ... or what the request names ...
        $start_input = /(FileName\s*=|Arguments\s*=|ProcessStartInfo\s*\(|Process\.Start\s*\()\s*[^;\r\n]{0,80}\brequest\s*[.\[(]/ nocase
        $start_control = /(FileName|Arguments)\s*=\s*[^;\r\n"]{0,20}["'\/c +&]{0,10}\w{1,20}\.(Text|Value)\b/ nocase
        $stdin_input = /StandardInput\.Write(Line)?\s*\([^;\r\n]{0,80}(request|\.Text|\.Value)\b/ nocase
        // ... with arguments that are not constant.
        $dynamic = /(exe|cmd)\s\/c\s?["']\s*[+&]|\/c \{0\}|powershell[^;\r\n]{0,40}-(c|command|enc\w{0,12})\s?["']?\s*["']?\s*[+&]|Arguments\s*=\s*[a-z_][\w.]{0,30}\s*(;|[\r\n]|%>)|StandardInput\.Write(Line)?\s*\(\s*[a-z_]|(ProcessStartInfo|Process\.Start)\s*\([^;"]{0,10}["'][^;]{1,50},\s*([a-z_][\w.]{0,30}\s*\)|["'][^"';]{0,12}["']\s*[+&])/ nocase
        $process = /(\bProcessStartInfo\b|\bProcess\.Start\s*\(|new\s+(System\.Diagnostics\.)?Process\s*\(|As\s+New\s+Process)/ nocase
        $output = /StandardOutput|StandardError/
        // Other ways to a process: COM, WMI, native calls, the database.
        $com = /CreateObject\s*\(\s*["']WScript\.Shell|GetTypeFromProgID\s*\(\s*["'](WScript\.Shell|Shell\.Application)|GetTypeFromCLSID|ShellExecute(A|W|Ex)?\s*\(/ nocase
        $com_run = /\.\s*(Exec|Run)\s*\([^;\r\n]{0,60}(request|\.Text|\.Value|cmd)/ nocase
        $wmi = /Win32_Process(Startup)?\b/ nocase
        $wmi_create = /["']Create["']/ nocase
        $native = /DllImport\s*\([^)]{0,60}(kernel32|msvcrt|shell32)[^)]{0,60}\)[^;]{0,160}\b(WinExec|CreateProcess\w{0,6}|system|ShellExecute\w{0,3}|VirtualAlloc\w{0,2})\s*\(/ nocase
        $job = /SqlCommand[^;]{0,80}xp_cmdshell|xp_cmdshell[^;\r\n]{0,60}(request|\.Text)/ nocase
        $name_pieces = /["'](c["']\s*[+&]\s*["']md|cm["']\s*[+&]\s*["']d|cmd\.["']\s*[+&]\s*["']exe|cmd["']\s*[+&]\s*["']\.exe)["']?/ nocase
        $input = /(request\s*(\.\s*(item|form|params|querystring|headers|cookies|binaryread|inputstream|servervariables|files)\b|\[|\()|\.(Text|Value)\b|OnClick\s*=|\[WebMethod)/ nocase
        $page = /<%\s{0,2}@\s*(page|webhandler|webservice|control|import|assembly)|<script[^>]{0,80}runat\s*=\s*["']?server|@using System\b|\n@\{/ nocase

    condition:
        filesize < 300KB
        and $page
        and $input
        and (
            $start_input
            or $stdin_input
            or $com_run
            or $job
            or ($process and any of ($interpreter, $interpreter_long, $name_pieces) and any of ($dynamic, $switch, $start_control))
            or ($process and $start_control and $output and filesize < 20KB)
            or ($com and $switch)
            or ($wmi and $wmi_create)
            or ($native and filesize < 60KB)
        )
}
