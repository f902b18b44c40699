rule webshell_php_solo_call
{
    meta:
        id = "6eae3f05-35f4-4722-8501-bdca1dedbfa0"
        title = "PHP Page on Its Own Calls a Function by Variable"
        description = "Detects small PHP that stands alone, including no file of an application, and next to request input calls a function whose name is in a variable, hands one to a call-back, includes a file by variable or asserts a variable."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003"

    strings:
        $variable_close = /(;\$|\{\$|\}\$|=\$|\(\$|\)\$|@\$|!\$|&\$|\.\$|,\$|\?\$|;@\$|\{@\$|\}@\$|=@\$|\(@\$|\)@\$|@@\$|!@\$|&@\$|\.@\$|,@\$|\?@\$|; \$|\{ \$|\} \$|= \$|\( \$|\) \$|@ \$|! \$|& \$|\. \$|, \$|\? \$)\w{1,30}\s*((\[[^\]\n]{1,20}\]|\{[^}\n]{1,20}\})\s*)?(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?[$"'a-z]/ nocase
        $variable_apart = /[;{}=()@!&.,?](\s{0,2}(  \$|\n \$|\t \$|\r \$)|\s{0,3}(\n\$|\t\$|\r\$| @\$|\n@\$|\t@\$|\r@\$))\w{1,30}\s*((\[[^\]\n]{1,20}\]|\{[^}\n]{1,20}\})\s*)?(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?[$"'a-z]/ nocase
        $variable_told = /\b(echo|print|return|die|exit)\s{0,4}@?\$\w{1,30}\s*((\[[^\]\n]{1,20}\]|\{[^}\n]{1,20}\})\s*)?(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?[$"'a-z]/ nocase
        $variable_wrapped = /\(\$\w{1,20}\[[^\]\n]{1,20}\]\)\(@?\$/
        $callback_input = /\b(call_user_func(_array)?|array_(map|filter|walk|reduce)|u[ak]?sort|register_shutdown_function|ob_start|preg_replace_callback|new\s+Reflection(Function|Method)|iterator_apply|set_e(rror|xception)_handler|array_u?(diff|intersect)_\w{3,6})\s*\((["'][^"'\n]{0,40}["']\s*,|[^;(]{0,60},)?\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]\n]{1,30}\]\s*[,)]/ nocase
        $callback = /\b(call_user_func(_array)?|array_(map|filter|walk|reduce)|u[ak]?sort|register_shutdown_function|ob_start|preg_replace_callback|new\s+Reflection(Function|Method)|forward_static_call\w{0,6}|iterator_apply|set_e(rror|xception)_handler|array_u?(diff|intersect)_\w{3,6})\s*\(\s*@?\$(_(POST|GET|REQUEST|COOKIE)\s*\[|[a-zA-Z]\w{0,20}\s*,)/ nocase
        $callback_member = /\b(call_user_func(_array)?|register_shutdown_function|forward_static_call\w{0,6})\s*\(\s*@?\$[a-zA-Z]\w{0,20}\[["']?\w{1,20}["']?\]\s*,/ nocase
        $callback_last = /\b(array_(filter|walk|reduce)|u[ak]?sort|preg_replace_callback|array_u?(diff|intersect)_\w{3,6})\s*\([^;(]{1,60},\s*@?\$[a-zA-Z]\w{0,20}\s*\)/ nocase
        $include = /\b(include|require)(_once)?\s*\(?\s*@?\$\w{1,20}(\[[^\]\n]{1,20}\])?\s*(\.\s*["']{2}\s*)?\)?\s*;/ nocase
        $include_input = /\b(include|require)(_once)?\s*\(?\s*@?["']?\$_(GET|POST|REQUEST|COOKIE)\s*\[/ nocase
        $assert = /[;{}@\s]assert\s*\(\s*@?\$\w{1,20}(\[[^\]\n]{1,20}\])?\s*\)/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // Data for a table, a tree or a script of the page: what small examples of libraries answer with.
        $answer = /\bjson_(en|de)code\s*\(|Content-type:\s?(text|application)\/(javascript|json|xml)|->(get|post|fetch|query|execute|prepare|render)\w{0,12}\s*\(|mysqli?_/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 16KB
        and $tag
        and $input
        and (
            any of ($variable_*)
            or (filesize < 4KB and any of ($callback*, $include*, $assert))
        )
        and not any of ($part_*, $answer)
}
