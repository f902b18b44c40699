rule webshell_cfm_command
{
    meta:
        id = "429acc11-e400-49b0-83f0-06ddec9426b4"
        title = "ColdFusion Page Runs Commands or Writes Files from the Request"
        description = "Detects ColdFusion pages that run a program, write a file or evaluate an expression which form or URL fields give."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        $execute = /<cfexecute\s[^>]{0,200}\b(form|url|cookie|cgi)\s*[.\[]/ nocase
        $execute_shell = /<cfexecute\s[^>]{0,80}(cmd(\.exe)?|\/bin\/(ba)?sh|powershell(\.exe)?)["'\s][^>]{0,200}#/ nocase
        $set_input = /<cfset\s+(variables\.)?\w{1,20}\s*=\s*["'#(]{0,3}(\w{1,20}\s*\(\s*)?(form|url|cookie|cgi)\s*\..{1,400}<cfexecute\s[^>]{0,200}#/s nocase
        $write = /<cffile\s[^>]{0,120}action\s*=\s*["']?(write|append|copy|move|rename|delete)[^>]{0,200}#\s*\w{0,20}\(?\s*(form|url)\./ nocase
        $upload = /<cffile\s[^>]{0,120}action\s*=\s*["']?upload[^>]{0,200}destination\s*=\s*["']?#\s*\w{0,20}\(?\s*(form|url|expandpath|getdirectoryfrompath)/ nocase
        $write_call = /\bfile(Write|Open|Copy|Move|Upload|Delete)\s*\(\s*(expandpath\s*\(\s*)?(form|url)\s*[.\[]/ nocase
        $evaluate = /\bevaluate\s*\(\s*(form|url|cookie|cgi)\s*[.\[]/ nocase
        $java = /createobject\s*\(\s*["']java["']\s*,\s*["']java\.lang\.(Runtime|ProcessBuilder)["']/ nocase
        $object = /createobject\s*\(\s*["']com["']\s*,\s*["'](wscript\.shell|shell\.application)/ nocase
        $input = /\b(form|url|cookie|cgi)\s*(\.\s*\w|\[)|<cfparam\b/ nocase
        // The checker of spelling that a well-known editor brought along for many years.
        $spelling = /\baspell\b/
        $page = /<cf(output|if|set|execute|file|script|param)\b/ nocase

    condition:
        filesize < 200KB
        and $page
        and not $spelling
        and (
            any of ($execute, $evaluate)
            or $set_input
            or (any of ($execute_shell, $java, $object) and $input)
            or (any of ($write, $write_call, $upload) and filesize < 30KB)
        )
}
