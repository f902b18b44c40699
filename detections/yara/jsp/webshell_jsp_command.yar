rule webshell_jsp_command
{
    meta:
        id = "efccf918-5d22-47c1-bc36-e9c54b8d04df"
        title = "JSP Runs Commands from the Request"
        description = "Detects JSP and servlets that run a command line taken from the request: Runtime.exec and ProcessBuilder fed from parameters, headers or the body, by reflection, in expression language, or with names written as escapes or numbers."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        // In one expression, or by way of a variable a few statements later.
        $direct = /(\.\s*exec\s*\(|new\s+(java\.lang\.)?ProcessBuilder\s*\()\s*[^;]{0,160}request\s*\.\s*(getParameter(Values|Map)?\s*\(|getHeader\s*\(|getQueryString\s*\(|getReader\s*\(|getInputStream\s*\(|getCookies\s*\(|\$?\{?\bparam\s*[.\[]|getParts?\s*\()/ nocase
        $then = /[=?(]\s*(new\s+String\s*\([^;]{0,40}|[\w.]{1,30}decode\w{0,10}\s*\(\s*)?request\s*\.\s*get(Parameter|Header|QueryString|Reader|InputStream)\w{0,6}\s*\([^;]{0,80};.{0,500}(getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(|\.\s*exec\s*\(|new\s+(java\.lang\.)?ProcessBuilder\s*\()\s*(new\s+String\s*\[\s*\]\s*\{[^;}]{0,80}[,{]\s*[a-z_][\w.()]{0,30}\s*(\+[^;}]{0,30})?\}|[a-z_]\w{0,20}\s*[,)]|["'](cmd|\/bin\/(ba)?sh|powershell)[^;]{0,40}[+,])/s nocase
        // The last argument is a variable: a constant command is a status page.
        $helper = /(getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(|new\s+(java\.lang\.)?ProcessBuilder\s*\()\s*(new\s+String\s*\[\s*\]\s*\{[^;}]{0,80}[,{]\s*[a-z_][\w.()]{0,30}\s*(\+[^;}]{0,30})?\}|[a-z_]\w{0,20}\s*[,)]|["'](cmd|\/bin\/(ba)?sh|sh|bash|powershell)[^;)]{0,60},\s*[a-z_]\w{0,20}\s*\))/ nocase
        $passed = /(<%=|=|\bout\.(print|write)\w{0,4}\s*\(|;|\{)\s*[a-z_]\w{0,20}\s*\(\s*(new\s+String\s*\(\s*)?request\s*\.\s*get(Parameter|Header|QueryString)/ nocase
        $interpreter = /["'](cmd(\.exe)?(\s\/c\s?)?|\/bin\/(ba)?sh|sh|bash|powershell(\.exe)?)["']/ nocase
        // Names that a search for the call would miss.
        $reflection = /["'](java\.lang\.(Runtime|ProcessBuilder|ProcessImpl|UNIXProcess)|getRuntime|forkAndExec)["']/
        $reflection_call = /\.\s*(getMethod|getDeclaredMethod|getDeclaredConstructor|invoke)\s*\(/
        $numbers = /\{\s*(106\s*,\s*97\s*,\s*118\s*,\s*97\s*,\s*46\s*,\s*108\s*,\s*97|0x6a\s*,\s*0x61\s*,\s*0x76\s*,\s*0x61|103\s*,\s*101\s*,\s*116\s*,\s*82\s*,\s*117|99\s*,\s*109\s*,\s*100)/ nocase
        $base64 = /["'](amF2YS5sYW5nLlJ1bnRpbWU=|Z2V0UnVudGltZQ==|amF2YS5sYW5nLlByb2Nlc3NCdWlsZGVy|ZXhlYw==)["']/
        $expression = /[$#]\{[^}\r\n]{0,160}(getRuntime\s*\(|forName\s*\(|\.exec\s*\(|getEngineBy)[^\r\n]{0,160}param/ nocase
        $escaped = /(\\u{1,8}00[4-7][0-9a-f]){5}/ nocase
        $entities = /(&#(x[0-9a-f]{2}|[0-9]{2,3});){12}/ nocase
        // What comes is held against a pattern or a table first.
        $checked = /\.\s*matches\s*\(\s*"[^"]{8,120}"|\bcontainsKey\s*\(/
        $output = /\.\s*getInputStream\s*\(\s*\)/
        $input = /request\s*\.\s*(getParameter(Values|Map)?\s*\(|getHeader\s*\(|getQueryString\s*\(|getReader\s*\(|getInputStream\s*\(|getCookies\s*\(|\$?\{?\bparam\s*[.\[]|getParts?\s*\()|\$\{?\s*param\b/ nocase
        $scriptlet = /<%|:(scriptlet|root|expression)\b/ nocase
        $page = /<%|<jsp:|@WebServlet|@WebFilter|extends\s+HttpServlet|implements\s+(Filter|ServletRequestListener|Valve)/ nocase

    condition:
        filesize < 300KB
        and $page
        and (
            $direct
            or $expression
            or $then
            or (
                $scriptlet
                and (
                    ($helper and $interpreter and $input and $output)
                    or (filesize < 5KB and $helper and $passed and not $checked)
                    or ($input and any of ($reflection, $numbers, $base64) and $reflection_call)
                    or (filesize < 40KB and $escaped)
                    or (filesize < 20KB and $entities and $input)
                )
            )
        )
}
