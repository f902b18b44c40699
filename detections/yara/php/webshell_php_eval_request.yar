rule webshell_php_eval_request
{
    meta:
        id = "c5294574-be37-41a9-be77-e0a39f3d0457"
        title = "PHP Evaluates the Request"
        description = "Detects PHP that hands what a request carries to the interpreter: eval, assert, create_function, include or preg_replace /e on request input, directly, through decoders, or by way of a variable a few statements later."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-chopper-oneliner"

    strings:
        // One expression: from the sink to the input without an end of statement. A backslash before the dollar sign
        // is how generators write code about $_POST into strings, so it does not count.
        $eval = /\beval\s*(\/\*[^*]{0,60}\*\/\s*)?\(([^;]{0,160}[^;\\])?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|[(.,=@]\s?(getallheaders|apache_request_headers)|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $assert = /\b(assert\s*(\/\*[^*]{0,60}\*\/\s*)?[\s(]|create_function\s*\(\s*[^,;]{0,30},)[\s("'.?>]{0,12}\s*(\/\*[^*]{0,60}\*\/\s*)?@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|\w{0,12}(dec|crypt|xor|rot)\w{0,10})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*["'.?>\s{(]{0,8}(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $include = /\b(include|require)(_once)?\s*\(?\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*["']?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;.\n]{0,40}[;?]/ nocase
        $include_stream = /\b(include|require)(_once)?[\s(@]{0,10}["'](php:\/\/input|zip:\/\/|phar:\/\/[^"'\n]{0,80}\.(zip|jpe?g|png|gif|txt)|compress\.\w{2,6}:\/\/|data:[^"';]{0,40};?base64,\s*([a-z0-9+\/]{4}|["']\s*\.\s*@?\w{0,20}\(?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))))/ nocase
        // What an object of the request returns, and a variable of a name that is built.
        $eval_object = /[^\w>:$'"]eval\s*\(\s*@?(\$(this->)?(req|request|input)->|request\(\)->|Request::|Input::)\w/ nocase
        $eval_named = /[^\w>:$'"]eval\s*\(\s*@?\$(\{\s*)?\$\w{1,20}\s*\}?\s*\[/ nocase
        $replace_e = /\bmb_eregi?_replace\s*\([^;]{1,160},\s*["'][imsxplr]{0,4}e[imsxplr]{0,4}["']\s*\)/ nocase
        $replace_e_preg = /\bpreg_(replace|filter)\s*\(\s*@?["'][^;,]{1,60}[\/#~|@][imsxu]{0,4}e[imsxu]{0,4}["']\s*,\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*["']?(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $pattern_of_request = /\bpreg_(replace|filter)\s*\(\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$(\{["'])?_(POST|GET|REQUEST|COOKIE)["']?\}?\s*\[[^;]{1,40}\]\s*,\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|[a-df-z]\w{1,16})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$(\{["'])?_(POST|GET|REQUEST|COOKIE)/ nocase

        // Two statements: input into a variable, and a variable into the sink, close together.
        $then_eval = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,120};.{0,400}\beval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?([a-z_]\w{0,30}\s*\(\s*@?){0,3}(["']\s?\?>\s?["']\s*\.\s*)?\$\w{1,30}(\[[^;]{0,40}\])?\s*\)/s nocase

        $then_assert = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))[^;]{0,120};.{0,300}\bassert\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|\w{0,12}(dec|crypt|xor|rot)\w{0,10})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$\w{1,30}\s*\)\s*;/s nocase

        $arguments = /[^\w>:$]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\([^;{]{0,60}\bfunc_get_args?\s*\(/ nocase
        $any_concatenated = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(["'][^"'\n]{0,60}["']\s*\.\s*)\$\w{1,30}/ nocase
        $any_eval = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?([a-z_]\w{0,30}\s*\(\s*@?){0,3}(["']\s?\?>\s?["']\s*\.\s*)?["']?\$\w{1,30}(->\w{1,20})?[^;]{0,20}\)/ nocase
        $any_assert = /[^\w>:$'"]assert\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*@?((@?\b(base64_decode|str_rot13|gz(inflate|uncompress|decode)|strrev|(raw)?urldecode|stripslashes|stripcslashes|trim|hex2bin|pack|convert_uu\w{1,6}|implode|join|end|current|array_(pop|shift|values)|reset|next|pos|strval|html\w{1,10}_decode|json_decode|unserialize|file_get_contents|openssl_decrypt|str_replace|sprintf|filter_input|\w{0,12}(dec|crypt|xor|rot)\w{0,10})\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(\/\*[^*]{0,60}\*\/\s*)?@?(["'][^"']{0,8}["']\s*,\s*)?))*\$\w{1,30}(->\w{1,20})?\s*\)\s*[;?]/ nocase
        $any_constant = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*[a-z_]\w{0,30}\s*\)/ nocase
        $any_create = /\bcreate_function\s*\(\s*[^;]{0,60},\s*@?\$\w{1,30}\s*\)/ nocase
        $any_heredoc = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*<<</ nocase
        $any_pattern = /(\/e['"];|\/ie['"];|\/ei['"];|\/is?e['"];|#e['"];|\|e['"];|~e['"];|\."i?e";|\. "i?e";|\.'i?e';|\. 'i?e';)/
        $any_modifier = /="e";|= "e";|='e';|= 'e';|\bchr\s?\(\s?(101|0x65)\s?\)/
        $any_replace = /\bpreg_(replace|filter)\s*\(\s*(\$|["'][^"'\n]{1,20}["']\s*\.)/ nocase
        $any_input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase

    condition:
        filesize < 400KB
        and (
            any of ($eval, $eval_object, $eval_named, $assert, $include, $include_stream, $arguments, $replace_e, $replace_e_preg, $pattern_of_request)
            or $then_eval
            or $then_assert
            or (filesize < 1500 and $any_input and (any of ($any_eval, $any_concatenated, $any_assert, $any_constant, $any_create, $any_heredoc) or (any of ($any_pattern, $any_modifier) and $any_replace)))
        )
}
