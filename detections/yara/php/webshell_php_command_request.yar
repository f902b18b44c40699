rule webshell_php_command_request
{
    meta:
        id = "547c2a4d-f1e5-4f25-9688-bc3c3848ac02"
        title = "PHP Runs a Command from the Request"
        description = "Detects PHP that runs a command line taken from the request: system, exec, shell_exec, passthru, popen, proc_open, pcntl_exec or backticks on request input, directly or by way of a variable a few statements later, without escaping."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        // The input is the whole command, or follows a shell's own switch; an argument after a fixed program name is
        // what bad but honest pages do.
        $direct = /([^>:\w$]|=>)((shell_)?exec|system|passthru|popen|proc_open|pcntl_exec|expect_popen)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*["'{(]{0,3}((cmd(\.exe)?|(\/bin\/)?(ba)?sh|powershell)[^;$]{0,30})?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $sudo = /[^>:\w$]((shell_)?exec|system|passthru|popen|proc_open)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*["'](sudo|cd|exec|\(|env|nohup|timeout|echo)\b[^;$]{0,30}\$(\{["'])?_(POST|GET|REQUEST|COOKIE)/ nocase
        $backtick = /(=|echo|print|\(|return|\?php|<\?)\s*@?`\s*\{?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^`;]{0,60}`/ nocase

        // Two statements. The index in $list[$_GET[..]] is a choice from a list, so a bracket before it bars.
        $then_call = /[^\[$\w](\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,100}[;{][^"'`]{0,120}(\becho\s*\(?\s*["'][^"']{0,60}["'][^"'`]{0,80})?[^>:\w$]((shell_)?exec|system|passthru|popen|proc_open|pcntl_exec)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?(trim|base64_decode|stripslashes|urldecode|\(string\))?\s*\(?\s*["']?\{?\$\w{1,30}(\}?["']|\s*[,).]|["']?\s*\.\s*["']\s*2>)/s nocase
        $then_backtick = /[^\[$\w](\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,100};[^"'`]{0,120}(=|echo|print|\()\s*@?`\s*\{?\$\w{1,30}\}?[^`;]{0,20}`/ nocase
        // In a page of a few lines the way between the two need not be known.
        $shell = /[^>:\w$]((shell_)?exec|system|passthru|popen|proc_open|pcntl_exec)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?\$\w{1,30}(\[["']?\w{1,20}["']?\])?\s*[,).]/ nocase
        $object = /new\s+COM\s*\(\s*["'](wscript\.shell|shell\.application)/ nocase
        $preload = /putenv\s*\(\s*["']LD_PRELOAD/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $escaped = /escapeshell(arg|cmd)|hash_(equals|hmac)/ nocase

    condition:
        filesize < 400KB
        and (
            $direct
            or $sudo
            or $backtick
            or ($then_call and not $escaped)
            or $then_backtick
            or (any of ($object, $preload) and $input)
            or (filesize < 900 and $shell and $input and not $escaped)
        )
}
