rule webshell_php_packed_code
{
    meta:
        id = "aa77aaa9-3283-4655-ac71-b9d158f4895a"
        title = "PHP Runs Packed Code"
        description = "Detects PHP that unpacks code and runs it: eval, assert or include around a decoder, a decoded literal evaluated shortly after, code read from behind the page's own end, or a file whose names are written as escapes and jumps."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        // A long literal, one that is all of a small file, or one that is not in the call at all: a short one in a
        // long page is how themes keep their credit line.
        $eval_decoder = /\b((eval|assert)\s*(\/\*[^*]{0,60}\*\/\s*)?[\s(]|create_function\s*\([^,;]{0,20},)[\s("'.?>]{0,16}([a-z_]\w{0,20}\s*\(\s*)?@?(gz(inflate|uncompress|decode)|base64_decode|str_rot13|strrev|convert_uudecode|hex2bin|(raw)?urldecode|bzdecompress|htmlspecialchars_decode|str_replace|strtr|pack|openssl_decrypt|mcrypt_decrypt)\s*\([\w\s(@]{0,80}(\$|(implode|join|substr|fread|file|trim|preg_replace|get|curl)\w{0,14}\s*\()/ nocase
        $eval_long = /\b((eval|assert)\s*(\/\*[^*]{0,60}\*\/\s*)?[\s(]|create_function\s*\([^,;]{0,20},)[\s("'.?>]{0,16}([a-z_]\w{0,20}\s*\(\s*)?@?(gz(inflate|uncompress|decode)|base64_decode|str_rot13|strrev|convert_uudecode|hex2bin|(raw)?urldecode|bzdecompress|htmlspecialchars_decode|str_replace|strtr|pack|openssl_decrypt|mcrypt_decrypt)\s*\([\w\s(@]{0,80}["'][a-z0-9+\/=%\\\s.]{400}/ nocase
        $eval_literal = /\b((eval|assert)\s*(\/\*[^*]{0,60}\*\/\s*)?[\s(]|create_function\s*\([^,;]{0,20},)[\s("'.?>]{0,16}([a-z_]\w{0,20}\s*\(\s*)?@?(gz(inflate|uncompress|decode)|base64_decode|str_rot13|strrev|convert_uudecode|hex2bin|(raw)?urldecode|bzdecompress|htmlspecialchars_decode|str_replace|strtr|pack|openssl_decrypt|mcrypt_decrypt)\s*\([\w\s(@]{0,80}["'][^"']/ nocase
        $eval_function = /\beval\s*(\/\*[^*]{0,60}\*\/\s*)?[\s("'.?>]{0,12}@?\$\w{1,40}(\[["']?\w{1,20}["']?\])?\s*\(\s*@?(\$|"|'|\w{1,20}\s*\()/ nocase
        $eval_rotated = /[^\w>:$'"]eval\s*\(\s*@?([a-z_]\w{0,20}\s*\(\s*)?str_rot13\s*\(\s*('[^']{60}|"[^"]{60})/ nocase
        $eval_created = /\bcreate_function\s*\(\s*["'][^"'\n]{0,20}["']\s*,\s*["']\s*(return\s+)?@?eval\s*\(/ nocase
        $replace_escape = /preg_replace\s*\(\s*["'][^"']{1,30}e[a-z]{0,3}["']\s*,\s*["'](\\x[0-9a-f]{2}|eval|@eval)/ nocase
        $include_escape = /\b(include|require)(_once)?\s*\(?\s*["'][\w\/.]{0,12}(\\[0-7]{2,3}|\\x[0-9a-f]{2})[\w\/.]{0,12}(\\[0-7]{2,3}|\\x[0-9a-f]{2})/ nocase
        $include_hidden = /\b(include|require)(_once)?\s*\(?\s*(base64_decode|gzinflate|str_rot13|hex2bin)\s*\(/ nocase
        // Unpacked in one statement, evaluated in another.
        $nested = /\b(gzinflate|gzuncompress|gzdecode|str_rot13|strrev)\s*\(\s*(str_rot13|base64_decode|strrev|gzinflate)\s*\(\s*(strrev|base64_decode|str_rot13|["'])/ nocase
        $literal = /\b(base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin|convert_uudecode|urldecode)\s*\(\s*["'][a-z0-9+\/=%\s]{120}/ nocase
        $assigned_literal = /(="|= "|='|= '|\("|\(')[A-Za-z0-9+\/=]{300}/
        $decoder = /\b(base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin|convert_uudecode|strrev|strtr|urldecode)\s*\(/ nocase
        $eval_variable = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*["'?>.\s]{0,10}\$\w{1,40}\s*\)/ nocase
        $self = /\b(fopen|file_get_contents|file|substr)\s*\(\s*(preg_replace\([^;]{1,40}|\$\w{1,20}\s*=\s*)?__FILE__/ nocase
        // A function made of a text and called at once, whatever the maker is called.
        $made_called = /=\s*@?\$\w{1,30}\s*\(\s*(''|"")\s*,\s*@?(\$\w{1,30}|"[^"\n]{0,400}"|'[^'\n]{0,400}')\s*\)\s*;\s*@?\$\w{1,30}\s*\(\s*\)\s*;/
        // A picture that is included.
        $include_image = /(^|[;{}\s@])(include|require)(_once)?\s*\(?\s*@?["'][^"'\n<>]{1,120}\.(jpe?g|gif|png|ico|bmp)["']\s*\)?\s*;/ nocase
        $include_tag = /<\?(php|=|\s|@)/ nocase
        // Unpacked into a file that is included and at once removed.
        $included_once = /\b(file_put_contents|fwrite|fputs)\s*\(\s*@?\$\w{1,20}\s*,[^;]{1,120};.{0,120}\b(include|require)(_once)?\s*\(?\s*@?\$\w{1,20}\s*\)?\s*;\s*@?unlink\s*\(\s*\$/s nocase
        $included_next = /\b(file_put_contents|fwrite|fputs)\s*\(\s*@?\$\w{1,20}\s*,\s*@?[^;]{1,60};\s*@?(fclose\s*\([^;]{1,20};\s*)?(include|require)(_once)?\s*\(?\s*@?\$\w{1,20}\s*\)?\s*;/ nocase
        $fetched = /\bcurl_exec\s*\(|\b(file_get_contents|fopen)\s*\(\s*@?["']https?:/ nocase
        $page_written = /\b(file_put_contents|fwrite|fputs|include|eval)\b[^;]{0,100}base64_decode\s*\(\s*["']PD9(waHA|QSFA|9)/ nocase
        // A shell inside a literal in base64, at any of the three offsets.
        $inner_eval = "eval($_" base64
        $inner_assert = "assert($_" base64
        $inner_system = "system($_" base64
        $inner_shell_exec = "shell_exec($_" base64
        $inner_decode = "base64_decode($_" base64
        $inner_uploaded = "move_uploaded_file($_FILES" base64
        // Control flow cut into jumps, and names that are escapes.
        $goto = /goto\s+\w{4,12};\s*\w{4,12}:/
        $escapes = /(\\x[4-7][0-9a-f]\w{0,3}\\1[0-7][0-7]|\\1[0-7][0-7]\w{0,3}\\x[4-7][0-9a-f]|\\x[4-7][0-9a-f]\\x[4-7][0-9a-f]\\x[4-7]|\\1[0-7][0-7]\\1[0-7][0-7]\\1)/
        $hidden_call = /("\]\(\$|\$GLOBALS\[["'][\w\\]{3,30}["']\](\[[\w\\"']{1,12}\])?\s*\()/ nocase

    condition:
        filesize < 1MB
        and (
            any of ($eval_decoder, $eval_long, $eval_rotated, $eval_created, $eval_function, $replace_escape, $include_escape, $include_hidden, $inner_*, $page_written, $made_called)
            or ($include_image and @include_tag[1] < 4096)
            or ($eval_literal and filesize < 1200)
            or ($eval_variable and ($nested or $literal or ($assigned_literal and $decoder) or ($self and $decoder)))
            or ($included_once and $decoder)
            or ($included_next and any of ($decoder, $fetched) and filesize < 3KB)
            or (#goto > 8 and #escapes > 8)
            or (#escapes > 20 and #hidden_call > 5)
        )
}
