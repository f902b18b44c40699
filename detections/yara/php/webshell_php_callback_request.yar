rule webshell_php_callback_request
{
    meta:
        id = "182ab3dd-bd82-47b4-b717-de0fd5f1df07"
        title = "PHP Calls What the Request Names"
        description = "Detects PHP in which the request names the function that is called, or in which a call-back of the standard library is a function that runs code or commands: variable functions, array_map and its like, reflection, shutdown and output call-backs."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        // The request names what is called.
        $variable = /([^w]\s|\S)\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*[\[{][^\]\};]{1,40}[\]}]\s*(\[[^\]]{1,20}\])?(\(\s*[^\s)]|\s{1,4}\(\s*[@$"'])/ nocase
        $unpacked = /\w\s*\(\s*\.\.\.\s*@?\$(\{["'])?_(POST|GET|REQUEST|COOKIE)/ nocase
        $method = /(->|::)\s*\{?\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*[\[{][^\]};]{1,40}[\]}]\}?\s*\(/ nocase
        $called_expression = /(["'\])}]\)|[\]}])\(@?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $returned = /(return|echo|print)\s+@?\$\w{1,20}\s*\(\s*@?\$\w{1,20}/ nocase
        $registered = /createFunction\s*\(\s*["']\w{1,20}["']\s*,\s*@?\$/ nocase
        $input = /\$(\{["'])?_(POST|GET|REQUEST|COOKIE)/ nocase
        $new = /\bnew\s+\$(\{["'])?_(POST|GET|REQUEST|COOKIE)\W/ nocase
        // Call-backs that come first in the arguments, and those that come second.
        $first = /\b(array_map|call_user_func(_array)?|register_(shutdown|tick)_function|ob_start|forward_static_call(_array)?|iterator_apply|header_register_callback|new\s+Reflection(Function|Method|Class))\s*\(\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*[\[{][^\];}]{1,40}[\]}]\s*[,)]/ nocase
        $second = /\b(array_(filter|walk|walk_recursive|reduce)|u[ak]?sort|preg_replace_callback|set_error_handler)\s*\(\s*((\$\w{1,20}\s*=\s*)?array\s*\([^;)]{0,60}\)|[^;(]{1,60}),\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|\w{0,12}(dec|crypt|xor|rot)\w{0,10})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*[\[{][^\];}]{1,40}[\]}]\s*[,)]/ nocase
        // A call-back that can only be there to run something.
        $runner = /\b(array_(map|filter|walk|walk_recursive|reduce|udiff(_u?assoc)?|diff_u\w{3,5}|uintersect(_u?assoc)?|intersect_u\w{3,5})|u[ak]?sort|call_user_func(_array)?|register_(shutdown|tick)_function|ob_start|forward_static_call(_array)?|preg_replace_callback|mb_ereg_replace_callback|set_(error|exception)_handler|iterator_apply|filter_var(_array)?|new\s+Reflection(Function|Method)|(sqlite_?)?create_?function)\s*\(\s*([^;)][^;]{0,100})?["'](assert|system|shell_exec|passthru|eval|create_function|popen|proc_open|pcntl_exec|exec)["']/ nocase
        $runner_escaped = /\b(array_(map|filter|walk|walk_recursive|reduce|udiff(_u?assoc)?|uintersect(_u?assoc)?)|u[ak]?sort|call_user_func(_array)?|register_(shutdown|tick)_function|ob_start|forward_static_call(_array)?|preg_replace_callback|iterator_apply|new\s+ReflectionFunction)\s*\(\s*([^;)][^;]{0,100})?"\w{0,12}\\(x[67][0-9a-f]|1[4-7][0-7])(\w|\\x[5-7][0-9a-f]|\\1[3-7][0-7]){1,40}"\s*[,)]/ nocase
        $runner_joined = /\b(array_map|call_user_func(_array)?|register_(shutdown|tick)_function|ob_start|new\s+ReflectionFunction)\s*\(\s*["']\w{1,8}["']\s*\.\s*["']\w{1,8}["'][^;]{0,60}\$(\{["'])?_(POST|GET|REQUEST|COOKIE)/ nocase
        $runner_option = /["']?options["']?\s*=>\s*["'](assert|system|shell_exec|passthru|exec)["']/ nocase
        // A name in quotes or from the request into a variable, and the variable called a little later.
        $named = /\$\w{1,30}\s*=\s*["'](assert|system|shell_exec|passthru|create_function|eval)["']\s*;.{0,200}[;{}@=(\s!]\$\w{1,30}\s*\([^;]{0,80}(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/s nocase
        // By way of a variable; in small pages only, as frameworks dispatch in this way.
        $then_variable = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,80};(.{0,200}[;{}@=(\s!&])?@?\$\w{1,30}(\[["']?\w{1,20}["']?\])?\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?(\$|"|'|base64|str)/s nocase
        $called_on_input = /[^>:\w]\$\w{1,30}(\s*[\[{]["']?\w{1,20}["']?[\]}]|\})?(\/\*[^*]{0,60}\*\/)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*["'{(]{0,2}(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $each = /\bforeach\s*\(\s*@?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,20}\s+as\s+\$\w{1,20}\s*=>\s*\$\w{1,20}\s*\)\s*\{?\s*@?\$\w{1,20}\s*\(/ nocase
        $then_callback = /\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*\[[^;]{1,80};.{0,250}\b((array_map|call_user_func(_array)?|register_shutdown_function|ob_start|new\s+Reflection(Function|Method))\s*\(\s*\$\w{1,30}\s*[,)]|(array_(filter|walk|reduce)|u[ak]?sort)\s*\([^;]{1,50},\s*(base64_decode\s*\(\s*)?\$\w{1,30}\s*\))/s nocase
        $extract = /\b(extract|parse_str|import_request_variables)\s*\(\s*@?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,60};(.{0,150}[;{}@=(\s!])?@?\$\w{1,30}\s*\(\s*\$/s nocase

    condition:
        filesize < 400KB
        and (
            any of ($variable, $method, $called_expression, $first, $second, $runner, $runner_escaped, $runner_joined, $runner_option, $named, $extract, $called_on_input, $each)
            or (filesize < 1500 and any of ($then_variable, $then_callback))
            or (filesize < 1000 and any of ($returned, $registered) and $input)
            or (filesize < 2000 and $unpacked)
            or (filesize < 10KB and $new)
        )
}
