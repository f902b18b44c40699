rule webshell_padded_page
{
    meta:
        id = "9d69c491-e9ea-448c-818d-5fa579719955"
        title = "Web Shell Padded Beyond the Usual Size"
        description = "Detects pages of any size up to 20 MB in which request input goes straight into an evaluator or a command line, in one expression: padding is how a shell slips past scanners that stop reading."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003"

    strings:
        $php_eval = /[^>:\w$'"\\](eval|assert)\s*\(\s*@?(base64_decode\s*\(\s*|gzinflate\s*\(\s*|stripslashes\s*\(\s*|str_rot13\s*\(\s*){0,3}@?\$_(POST|GET|REQUEST|COOKIE)\s*[\[{]["']?[^\]}\n]{1,40}["']?[\]}]/ nocase
        $php_command = /[^>:\w$'"\\](system|shell_exec|passthru|exec|popen)\s*\(\s*@?(base64_decode\s*\(\s*|stripslashes\s*\(\s*|trim\s*\(\s*)?@?\$_(POST|GET|REQUEST|COOKIE)\s*[\[{]["']?[^\]}\n]{1,40}["']?[\]}]/ nocase
        $php_call = /(php|[;{}@?=(])\s{0,4}\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]\n]{1,30}\]\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[/ nocase
        $net_eval = /[^.\w]eval\s*\(\s*request\s*(\.\s*(item|form|querystring|params)\s*)?[\[(]["'][^"'\n]{1,30}["']\s*[\])]/ nocase
        $asp_execute = /[^.\w](execute|executeglobal|eval)\s*\(?\s*request\s*(\.\s*(form|querystring|item)\s*)?\(\s*["'][^"'\n]{1,30}["']\s*\)/ nocase
        $java_exec = /getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(\s*request\s*\.\s*getParameter\s*\(/
        $page = /<\?php|<\?=|<%@|<%|<script[^>]{0,60}runat/ nocase

    condition:
        filesize < 20MB
        and $page
        and any of ($php_*, $net_eval, $asp_execute, $java_exec)
}
