rule webshell_php_in_image
{
    meta:
        id = "f6e6c5b0-adde-4a28-8544-e7293772d07e"
        title = "PHP Behind the First Bytes of an Image"
        description = "Detects files that begin as an image and hold PHP that reads the request or runs something: an upload filter looks at the first bytes, the interpreter at the rest."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003"

    strings:
        $php = /<\?(php\s|=\s?[`$@a-z(]|\s?[@$]|\s?(eval|assert|system|passthru|echo|if|include|error_reporting)\b)/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase
        $sink = /\b(eval|assert|system|shell_exec|passthru|exec|popen|proc_open|create_function|include|require|file_put_contents|move_uploaded_file|copy|base64_decode|call_user_func)\s*(\/\*[^*]{0,60}\*\/\s*)?\(/ nocase

    condition:
        filesize < 4MB
        and (
            uint32be(0) == 0x47494638 // GIF8
            or uint32be(0) == 0x89504e47 // PNG
            or uint16be(0) == 0xffd8 // JPEG
            or uint32be(0) == 0x25504446 // PDF
        )
        and $php
        and any of ($input, $sink)
}
