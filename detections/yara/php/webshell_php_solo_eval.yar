rule webshell_php_solo_eval
{
    meta:
        id = "82c57c1f-8dd3-4402-973e-210b8979191a"
        title = "PHP Page on Its Own Evaluates What Is Not Its Own Text"
        description = "Detects PHP that stands alone, including no file of an application, and evaluates an expression beside request input or a decoder: code that comes from outside, or that is packed so that nobody reads it."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        $eval_variable = /[^>:\w$'"](eval|create_function)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(''|"")?,?\s*(["'][^"']{0,20}["']\s*\.\s*)?@?\$[\w{]/ nocase
        // Of an expression, in whatever a page of its own is: no honest one does it.
        $eval_any = /[^>:\w$'".]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?(\(string\)\s*)?(\$[a-z_{\x80-\xff]|["']\s?\?>|"[^"\n\\]{0,60}\$[a-z_{]|"[^"\n]{0,20}"\s*\.\s*@?[\$a-z])/ nocase
        $eval_made = /[^>:\w$'".](eval|create_function)\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*((''|"")\s*,\s*)?(["'][^"'\n]{0,20}["']\s*\.\s*)?@?[a-z_]\w{1,40}\s*\(/ nocase
        // What text is made of that must not be read, and silence about it.
        $odd = /\berror_reporting\s*\(\s*0|\b(ord|hexdec|implode|strtr|pack|fread|fgets|curl_exec|fsockopen|strrev|unpack)\s*\(|\]\^\$|\] \^ \$|\bfile\s*\(\s*__FILE__|(\\x[0-9a-f]{2}){4}/ nocase
        $odd_literal = /(="|= "|='|= '|\("|\('|,"|, "|,'|, ')[A-Za-z0-9+\/=]{200}/
        // Its script for the browser unpacks itself, or evaluates what a server answers.
        $script = /\beval\s*\(\s*(function\s*\(|\w{1,20}\.|jQuery|atob\s*\(|unescape\s*\(|get\w{1,20}\()/ nocase
        $decoder = /\b(gz(inflate|uncompress|decode)|base64_decode|str_rot13|convert_uudecode|strrev|hex2bin|bzdecompress|chr|ord)\s*\(|(\\x[0-9a-f]{2}){20}/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A test of PHP itself.
        $part_test = /\n--(FILE|EXPECTF?)--\r?\n/
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 4MB
        and $tag
        and (
            ($eval_variable and any of ($input, $decoder))
            or (any of ($eval_any, $eval_made) and any of ($odd, $odd_literal, $input) and @tag[1] < 4096 and not $script)
        )
        and not any of ($part_*)
}
