rule webshell_php_solo_command
{
    meta:
        id = "1a17e99b-44ee-4e10-ab5b-ae409e75a677"
        title = "PHP Page on Its Own Runs Commands"
        description = "Detects PHP that stands alone, including no file of an application, reads the request and runs a command line which is no constant: the smallest thing that is a web shell, whatever lies between the two."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        $run = /([^>:\w$'"]|=>)(system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|expect_popen)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?[^)'"\s@]/ nocase
        $run_shell = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)\s*\(\s*@?["'](cmd(\.exe)?[\s"']|\/bin\/(ba|da|z)?sh|(ba)?sh[\s"']|powershell|sudo\s|cd\s|[^"'\n]{0,40}["']\s*\.\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[)/ nocase
        $backtick = /(=`|=@`|= `|= @`|=  `|=\n`|=\t`|\(`|\(@`|\( `|\( @`|(echo|print|return|\?php|<\?=?)\s*@?`)[^`\n]{0,80}\$/ nocase
        // On a variable, a shell's own functions: no page on its own does that, whether it reads a request or not.
        $run_plain = /([^>:\w$'"]|=>)(system|shell_exec|passthru)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?["']?\s?(\$|(stripslashes|trim|base64_decode|fgets|fread|socket_read|file_get_contents|str_rot13|strrev|gz\w{5,10}|hex2bin|implode|join|urldecode|rawurldecode|end|current|pack)\s*\()/ nocase
        $run_tried = /(function_exists|is_callable)\s*\(\s*@?["'](exec|shell_exec|system|passthru|popen|proc_open)["']/ nocase
        $run_reached = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open)\s*\(\s*@?["'][^"\n]{0,60}(\/dev\/tcp\/|mkfifo|\b(nc|ncat|netcat)\s+-?\w|\b(wget|curl|lynx|fetch)\s[^"\n]{0,60}https?:)/ nocase
        $run_shared = /\bproc_open\s*\(\s*[^;]{0,60}array\s*\(\s*0\s*=>\s*\$(\w{1,20})\s*,\s*1\s*=>\s*\$/ nocase
        // All of the command is the visitor's, however its marks are escaped.
        $run_whole = /\bescapeshellcmd\s*\(\s*@?\$_(GET|POST|REQUEST|COOKIE)\s*\[[^\]\n]{1,30}\]\s*\)\s*[;)]/ nocase
        $native = /FFI\s*::\s*(cdef|load)\s*\(/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A letter before it makes it a name of Scheme (char<?).
        $tag_short = /(^|[^a-z])<\?[ \n\r\t]/
        // A test of PHP itself.
        $part_test = /\n--(FILE|EXPECTF?)--\r?\n/
        // Arguments that are made safe, and pages whose command line is the one of a file of settings.
        $escaped = /escapeshell(arg|cmd)\s*\(|\bhash_(hmac|equals)\s*\(|\bFILTER_VALIDATE_/
        // A script of the command line runs what its caller asked for.
        $options = /[^>:\w$]getopt\s*\(/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 1MB
        and any of ($tag, $tag_short)
        and (
            ($input and any of ($run, $run_shell, $backtick, $native))
            or (any of ($run_plain, $run_tried, $run_reached, $run_shared) and not $options and (@tag[1] < 4096 or @tag_short[1] < 4096))
        )
        and not any of ($part_*)
        and (not $escaped or any of ($run_whole))
}
