rule webshell_php_solo_attack
{
    meta:
        id = "c0b891c6-8c5d-4892-b7d3-c31c0f43d854"
        title = "PHP on Its Own Does One Thing of an Intruder"
        description = "Detects short PHP that belongs to no application and does one thing that only an intruder needs: runs the body of a request, opens the file that the visitor names for writing, tries each function that runs a command, hands a shell to a socket, adds an administrator, stores a fetched page, or dumps the database that the visitor names."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        // What comes with the request or stands in a URL of type data is included as code.
        $include_stream = /\b(include|require)(_once)?\s*\(?\s*@?["'](data:|php:\/\/(input|filter))/ nocase
        // Files at the visitor's choice.
        $open_chosen = /\bfopen\s*\(\s*[^;]{0,60}\$_(POST|GET|REQUEST|COOKIE)\b[^;,]{1,40},\s*["'][wa]/ nocase
        $write_chosen = /\bfile_put_contents\s*\(\s*[^;,]{0,60}\$_(POST|GET|REQUEST|COOKIE)\b[^;,]{1,40},\s*[^;]{0,60}\$_(POST|GET|REQUEST|COOKIE)\b|\bfile_put_contents\s*\(\s*[^;,]{0,30}\$_(GET|REQUEST|SERVER)\b[^;,]{1,40},\s*@?file_get_contents\s*\(\s*["']php:\/\/input/ nocase
        $copy_chosen = /\bcopy\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\b[^;,]{1,40},\s*@?\$_(POST|GET|REQUEST|COOKIE)\b/ nocase
        $show_chosen = /(\becho|\bprint|\?php|<\?=?|;)\s*\(?\s*@?(file_get_contents|readfile|highlight_file|show_source)\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\b[^;,]{1,40}\)/ nocase
        $show_variable = /\$\w{1,20}\s*=\s*@?(isset\s*\([^)]{1,40}\)\s*\?\s*|base64_decode\s*\(\s*|urldecode\s*\(\s*)?\$_(GET|POST|REQUEST)\s*\[[^;]{1,60};.{0,80}\b(file_get_contents|readfile|highlight_file|show_source|scandir|opendir)\s*\(\s*@?\$[a-z]/s nocase
        $open = /<\?(php|=|\s|@)/ nocase
        // Search engines are shown another page.
        $searched = /(google|slurp|msnbot|yandex|bing)[^;\n]{0,60}(google|slurp|msnbot|yandex|bing|yahoo|baidu)/ nocase
        $visitor = /HTTP_(USER_AGENT|REFERER)/
        $elsewhere = /\bcurl_exec\s*\(|["']Location:\s?["']?\s?(\.\s?)?(https?:|\$)|\b(file_get_contents|readfile|fopen)\s*\(\s*@?(["']https?:|\$)/ nocase
        // A shell by a socket, an image that is a command.
        $shell_joined = /\/bin\/(ba|da|z|k)?sh\s+-i\s*[0-9]?[<>]{1,2}\s?&/
        $dialled = /\b(p?fsockopen|stream_socket_client|socket_connect)\s*\(/ nocase
        $bound = /\b(socket_bind|socket_create_listen|stream_socket_server)\s*\(/ nocase
        $accepted = /\b(socket_accept|stream_socket_accept)\s*\(/ nocase
        $run = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open)\s*\(\s*@?\$|(=`|= `|\(`)\$/ nocase
        $image_command = /push graphic-context.{0,200}\|\s?["']?\s?(\.\s?)?\$/s
        // What another host answers is run, or stored as a page.
        $evaluated = /[^\w>:$'"]eval\s*\(\s*@?\$/ nocase
        $fetched_later = /\b(curl_exec|file_get_contents|fopen|fsockopen)\s*\(\s*@?["'$]/ nocase
        $address = /["'](https?:\/\/|aHR0c|GET \/)/ nocase
        $page_stored = /\b(file_put_contents|copy)\s*\([^;]{0,80}\.ph(p[3457s]?|tml|ar)["']/ nocase
        $page_opened = /\bfopen\s*\([^;]{0,80}\.ph(p[3457s]?|tml|ar)["']\s*,\s*["']w/ nocase
        // Before PHP 4.2 each field of the request was a variable of the page, and so was the page's own name.
        $own_name = /\$PHP_SELF\b/
        // A bot takes its orders in a chat.
        $chat = /PRIVMSG |["']PONG[ :]/
        // Packets without end at whom the visitor names.
        $datagrams = /\bsocket_sendto\s*\(\s*[^;]{0,40}str_repeat|fsockopen\s*\(\s*["']udp:\/\/(["']\s*\.\s*|\{)?\$/ nocase
        $endless = /\bwhile\s*\(\s*(1|true|time\s*\(|\$)|\bfor\s*\(\s*;\s*;/ nocase
        // Accounts and data.
        $accounts = "/etc/passwd"
        $homes = /["']\/home\d?\/["']?\s?[.{]?\s?\$[^;\n]{1,60}(public_html|www|htdocs)\//
        $account = /\bwp_((create|insert)_user|set_auth_cookie)\s*\(/
        $administrator = /["']administrator["']/
        $database_chosen = /connect\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\b[^;]{1,40},\s*@?\$_(POST|GET|REQUEST|COOKIE)\b[^;]{1,40},\s*@?\$_(POST|GET|REQUEST|COOKIE)\b/ nocase
        // A wrapper of its own, whose addresses are included.
        $wrapper = /\bstream_wrapper_register\s*\(/ nocase
        $wrapper_included = /\b(include|require)(_once)?\s*\(?\s*@?["'][a-z]\w{0,12}:\/\// nocase
        $unpacked = /\b(gzinflate|gzuncompress|base64_decode|str_rot13)\s*\(/ nocase
        // A filter that decodes, and a name that is included.
        $filtered = /php:\/\/filter\/[^"'\n]{0,80}(base64-decode|zlib\.|rot13|iconv)/ nocase
        $include_variable = /\b(include|require)(_once)?\s*\(?\s*@?\$\w/ nocase
        // Code in the remarks of a picture.
        $remarks = /\b(exif_read_data|exif_thumbnail|getimagesize|iptcparse)\s*\(/ nocase
        $remarks_run = /\b(preg_replace|eval|assert|create_function|call_user_func|array_map)\s*\(\s*@?\$\w{1,20}\s*\[/ nocase
        // Folders that are barred made free; settings of the interpreter sent to it.
        $dialled_chosen = /\b(p?fsockopen|stream_socket_client)\s*\(\s*@?(["'](tcp|udp):\/\/["']\s*\.\s*)?\$_(GET|POST|REQUEST)\s*\[/ nocase
        $file_asked = /["']file:\/\/["']?\s*\.?\s*\{?\$_(GET|POST|REQUEST)/ nocase
        // What a program inherits, as told; the memory of the interpreter itself.
        $environment = /\bputenv\s*\(\s*[^;]{0,60}\$_(GET|POST|REQUEST|COOKIE)\b|\bputenv\s*\(\s*["'][^"'\n]{0,40}\(\)\s?\{/ nocase
        $memory = /\bzif_(system|exec|passthru|popen)\b|\/proc\/self\/(maps|mem)\b/
        $jail = /\bini_set\s*\(\s*["']open_basedir["']\s*,\s*["'](\/|\.\.)["']/ nocase
        $pool = /["']PHP_(ADMIN_)?VALUE["']\s*(=>|,|\])/
        // Records that the server keeps of its visitors, included.
        $record_included = /\b(include|require)(_once)?\s*\(?\s*@?[^;\n]{0,40}(\/proc\/self\/|["'\/]sess_|\/var\/log\/|session_save_path)/ nocase
        // A command in what another program is told.
        $proxied = /ProxyCommand\s?=/
        // A user whom the list of users leaves out.
        $hidden_user = /pre_user_query/
        $hidden_where = /user_login\s*(!=|<>)\s*\\?'/
        // A call that the body of the request spells out.
        $spelled = /\bcall_user_func(_array)?\s*\(\s*@?\$(\w{1,20})\s*(\[["']?\w{1,12}["']?\]|->\w{1,12})\s*,\s*@?\$\w{1,20}\s*(\[|->)/ nocase
        $body = "php://input" nocase
        $all_rows = /\bSHOW\s+(TABLES|DATABASES)\b|\bSELECT\s+\*\s+FROM\s+["'`]?\s?["'.]/ nocase
        $input = /\$_(POST|GET|REQUEST|COOKIE)\b/
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 400KB
        and (
            (not any of ($part_*) and @open[1] < 4096 and (
                $include_stream
                or ($filtered and $include_variable)
                or ($wrapper and $wrapper_included and any of ($input, $unpacked))
            ))
            or (filesize < 4KB and $account and $administrator and $input)
            or ($record_included and @open[1] < 4096 and filesize < 20KB)
            or ($chat and any of ($run, $evaluated) and not any of ($part_*) and @open[1] < 4096 and filesize < 20KB)
            or (filesize < 8KB and not any of ($part_*) and (
                any of ($copy_chosen, $dialled_chosen, $file_asked)
                or $image_command
                or (any of ($open_chosen, $write_chosen) and filesize < 4KB)
                or (any of ($show_*) and filesize < 300)
                or ($searched and $visitor and $elsewhere)
                or ($dialled and any of ($shell_joined, $evaluated))
                or ($bound and $accepted and $run)
                or ($fetched_later and $address and any of ($page_opened, $page_stored))
                or ($database_chosen and $all_rows)
                or ($own_name and $run and filesize < 4KB)
                or ($datagrams and $endless and $input)
                or (any of ($proxied, $jail, $pool, $environment, $memory) and $input)
                or ($remarks and $remarks_run and filesize < 2KB)
                or ($hidden_user and $hidden_where)
                or ($spelled and $body and filesize < 1KB)
                or ($accounts and $homes)
            ))
        )
}
