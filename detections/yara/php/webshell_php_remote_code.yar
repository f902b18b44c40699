rule webshell_php_remote_code
{
    meta:
        id = "74ea665b-66e1-4520-9479-ade36a5f7d1f"
        title = "PHP Runs Code Fetched from Elsewhere"
        description = "Detects PHP that fetches code over the network and runs it: eval or include of a URL's content, or of what a cURL call returned, in a small page."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        // Fetch and evaluation in one expression.
        $eval_fetch = /\b(eval|assert)\s*(\/\*[^*]{0,60}\*\/\s*)?\([^;]{0,60}\b(file_get_contents|curl_exec|fread|stream_get_contents|fsockopen)\s*\(\s*@?(["'](https?|ftp)|\$\w{1,30}\s*[,)]|(base64_decode|strrev|hex2bin|str_rot13)\()/ nocase
        $include_url = /\b(include|require)(_once)?\s*\(?\s*["'](https?|ftp):\/\// nocase
        $open = /<\?(php|=|\s)|language\s*=\s*["']?php/ nocase
        $fetch_literal = /(file_get_contents|fopen|curl_init|copy|readfile)\s*\(\s*@?(base64_decode\(|strrev\(|hex2bin\()?\s*["'](https?:\/\/|aHR0c|68747470)/ nocase
        $fetch_call = /\b(curl_exec|file_get_contents|stream_get_contents|fsockopen|fopen)\s*\(/ nocase
        $url = /["'](https?:\/\/|aHR0c|68747470|\\x68\\x74\\x74\\x70)/ nocase
        $eval_variable = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(["']\s?\?>\s?["']\s*\.\s*)?@?(\w{1,20}\s*\(\s*)?\$\w{1,40}/ nocase
        $connect = /\b(curl_exec|p?fsockopen|stream_context_create)\s*\(/ nocase
        $eval_close = /[^\w>:$'"]eval\s*(\/\*[^*]{0,60}\*\/\s*)?\(\s*(["']\s?\?>\s?["'])\s*\.\s*@?\w{0,30}\(?/ nocase
        // Fetched, stored for a moment, included.
        $temporary = /(\b(tempnam|tmpfile|sys_get_temp_dir)\s*\(|["']\/tmp\/).{0,200}\b(include|require)(_once)?\s*\(?\s*(\$\w{1,20}|stream_get_meta_data)/s nocase
        $included_temporary = /\b(include|require)(_once)?\s*\(?\s*@?(stream_get_meta_data|tempnam|sys_get_temp_dir)\s*\(/ nocase
        $included_once = /\b(include|require)(_once)?\s*\(?\s*@?\$\w{1,20}\s*\)?\s*;\s*@?unlink\s*\(\s*\$/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|\$GLOBALS\s*\[\s*["']_(POST|GET|REQUEST|COOKIE))/ nocase

    condition:
        filesize < 100KB
        and (
            $eval_fetch
            or (any of ($include_url, $included_temporary) and $open)
            or (filesize < 8KB and $eval_variable and $fetch_call and $url)
            or (filesize < 4KB and $eval_close and $connect)
            or (filesize < 3KB and $temporary and $url and any of ($fetch_*))
            or (filesize < 3KB and $included_once and ($input or $url))
        )
}
