rule webshell_aspx_host_access
{
    meta:
        id = "86740939-0743-46b9-b26c-0d2d1cdfb0c6"
        title = "ASP.NET Page Reaches the Host or Loads Code"
        description = "Detects ASP.NET pages, handlers and services that start processes, load or compile code, call native functions or evaluate script next to what the visitor sends."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        $process = /\bProcessStartInfo\b|\bProcess\s*\.\s*Start\s*\(|\bnew\s+(System\.)?(Diagnostics\.)?Process\b/ nocase ascii wide
        $process_shell = /["'\\](cmd|powershell|pwsh)(\.exe)?["']/ nocase ascii wide
        $process_named = /(FileName\s*=|Arguments\s*=|ProcessStartInfo\s*\(|Process\s*\.\s*Start\s*\()\s*(request|[a-z]\w{0,20}\s*(\.\s*(Text|Value|Request|Form|QueryString)\b|\[|,|;))/ nocase ascii wide
        $means = /\bManagementClass\s*\(|Win32_Process|\bPowerShell\s*\.\s*Create\s*\(|\bRunspaceFactory\b|WScript\.Shell|Shell\.Application|GetTypeFromCLSID|\bRegistry\s*\.\s*(LocalMachine|CurrentUser|Users|ClassesRoot)\b/ nocase ascii wide
        $load = /\bAssembly\s*\.\s*Load\s*\(|\.\s*Load\s*\(\s*(Convert|Decompress|Request|data|bytes|buf)|CompileAssemblyFrom|\b(CSharp|VB|JScript)CodeProvider\b|\bDllImport\s*\(|\bVirtualAlloc|\bGetDelegateForFunctionPointer\b|\bJsc\b|\bMicrosoft\.JScript\b/ ascii wide
        // Bytes made executable: no page needs it, whether anybody asks or not.
        $memory = /\bVirtualAlloc(Ex)?\s*\(/ ascii wide
        $memory_run = /\b(CreateThread|CreateRemoteThread|GetDelegateForFunctionPointer|EnumSystemLocales\w?|QueueUserAPC)\b/ ascii wide
        // A library fetched or decoded, and loaded.
        $load_far = /\bAssembly\s*\.\s*Load\s*\([^;]{0,80}(DownloadData|FromBase64String|Decompress|TransformFinalBlock)\s*\(/ ascii wide
        // The keys with which the site signs what it sends.
        $keys = /\bMachineKeySection\b/ ascii wide
        $keys_read = /\.\s*(ValidationKey|DecryptionKey)\b/ ascii wide
        // Letters of a name in escapes, which a compiler reads and a search does not.
        $escaped = /[\w.]\\u00[4-7][0-9a-f]\w|[\s(;%.]\\u00[4-7][0-9a-f](\w|\\u00[4-7][0-9a-f]){1,20}\s*[.(\[]/ nocase
        $decode = /FromBase64String\s*\(|CreateDecryptor\s*\(|TransformFinalBlock|BinaryRead\s*\(/ ascii wide
        $invoke = /\.\s*(Invoke|CreateInstance|Equals)\s*\(|CreateInstance/ ascii wide
        // A method of a type, both by their names.
        $type = /\bType\s*\.\s*GetType\s*\(/ ascii wide
        $method = /\.\s*(GetMethod|InvokeMember)\s*\(/ ascii wide
        $eval = /[^.\w]eval\s*\(\s*([a-z_]\w{0,20}\s*(,[^)]{0,20})?\)|[^;)]{0,60}\brequest\b|[^;]{1,60},\s*["']un)/ nocase ascii wide
        $jscript = /language\s*=\s*["']?(javascript|jscript|js)\b/ nocase ascii wide
        $input = /\brequest\s*[.\[(]|\.Text\b|\.Value\b|\[WebMethod|WebMethodAttribute|\[OperationContract|\bcontext\.Request|\bHttpContext\b|ProcessRequest/ nocase ascii wide
        $sized = /\b(IsInRole|IsAuthenticated|VerifyData|VerifyHash|Authorize)\b/
        $page = /<%\s{0,2}@\s*(page|webhandler|webservice|control|import|assembly|serviceHost)|<script[^>]{0,80}runat\s*=\s*["']?server|@using System\b|\n@\{/ nocase ascii wide
        // Sources of a framework and articles hold such lines as text; pages with code behind are part of an application.
        $part_source = /\n\s*(namespace\s+\w|```)|<\/summary>|Licensed under the|Free Software Foundation|\bMicrosoft Corporation|\bUpfile_5xSoft|class_terminate|\bkindeditor/ nocase

    condition:
        filesize < 2MB
        and $page
        and not any of ($part_*)
        and (($memory and $memory_run) or ($keys and $keys_read) or any of ($load_far) or (#escaped > 1 and filesize < 60KB) or ($input and not $sized and (
            $means
            or ($process and any of ($process_shell, $process_named))
            or ($load and ($invoke or $decode))
            or ($decode and $invoke and filesize < 20KB)
            or ($type and $method and $invoke and filesize < 20KB)
            or ($eval and $jscript and filesize < 20KB)
        )))
}
