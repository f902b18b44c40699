rule webshell_php_solo_signs
{
    meta:
        id = "f01ae325-3954-470b-9200-7020257719fd"
        title = "PHP Page on Its Own Bears the Marks of a Tool"
        description = "Detects PHP that stands alone, including no file of an application, and bears several marks of which pages have none or one: it asks about the host, lifts limits, changes rights, names the accounts of the server or other people's settings, dials out, hides from search engines."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003"

    strings:
        // What it asks about the host.
        $ask_system = /\bphp_uname\s*\(/ nocase
        $ask_disabled = "disable_functions" nocase fullword
        $ask_safe = "safe_mode" nocase fullword
        $ask_basedir = "open_basedir" nocase fullword
        $ask_owner = /\bposix_get(pwuid|pwnam|grgid|e?[ug]id)\s*\(/ nocase
        $ask_user = /\bget(_current_user|my[ugp]id|myinode)\s*\(/ nocase
        $ask_disk = /\bdisk_?(free|total)_?space\s*\(/ nocase
        $ask_rights = /\bfile(perms|owner|group)\s*\(/ nocase
        $sign_accounts = /\/etc\/(passwd|shadow|named\.conf|valiases)\b/
        $sign_shell = /["'\s](\/bin\/(ba)?sh|cmd\.exe|cmd \/c|perl |python )/ nocase
        $sign_words = /\b(uname -a|whoami|netstat|ls -la|ps aux|net user|wget |lynx )/ nocase
        // What it changes, and what it asks its visitor for.
        $sign_octal = "octdec(" nocase
        $sign_chmod = /\bchmod\s*\(\s*@?\$/ nocase
        $sign_touch = /\btouch\s*\(\s*@?\$/ nocase
        $sign_store = /\bmove_uploaded_file\s*\(/ nocase
        $sign_here = "getcwd(" nocase
        $sign_field = /name\s?=\s?\\?["']?(cmd|command|exec|execute|shell|cmdline|php_?code|evalcode)\\?["'\s>]/ nocase
        $sign_own_end = /\bunlink\s*\(\s*@?(__FILE__|\$_SERVER\s*\[\s*["'](SCRIPT_FILENAME|PHP_SELF|SCRIPT_NAME))/ nocase
        $sign_run = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open|eval|assert)\s*\(\s*@?["']?\$/ nocase
        // Limits lifted, itself hidden.
        $sign_silent = /\berror_reporting\s*\(\s*0\s*\)/ nocase
        $sign_timeless = /\bset_time_limit\s*\(\s*0\s*\)|max_execution_time["']\s*,\s*["']?0/ nocase
        $sign_unlogged = /\bini_set\s*\(\s*["'](error_log|log_errors|display_errors)["']\s*,\s*(null|0|["']0|["']off|false)/ nocase
        $sign_abort = /\bignore_user_abort\s*\(/ nocase
        $sign_gate = /\b(md5|sha1|crypt)\s*\(\s*[^;)]{0,30}\$_(POST|GET|REQUEST|COOKIE|SERVER)\b/ nocase
        $sign_bots = /(google|slurp|msnbot|ia_archiver|yandex|bing)[^;\n]{0,60}(google|slurp|msnbot|ia_archiver|yandex|rambler|bing|yahoo)/ nocase
        // Other hosts, other people's sites.
        $sign_fetched = /\b(file_get_contents|fopen|copy|readfile|file)\s*\(\s*@?["']https?:/ nocase
        $sign_curl = /\bcurl_exec\s*\(/ nocase
        $sign_dialled = /\b(p?fsockopen|socket_(create|connect|bind)|stream_socket_\w{6})\s*\(/ nocase
        $sign_ftp = /\bftp_login\s*\(/ nocase
        $sign_mail = /[^>:\w$'"]mail\s*\(\s*@?[$t]/ nocase
        $sign_link = "symlink(" nocase
        $sign_sites = "public_html" nocase
        $sign_panel = /\bcpanel\b|:208[2367]\b/ nocase
        $sign_settings = /wp-config\.php|wp-login\.php|configuration\.php|DB_PASSWORD|\bjos_users|\bwp_users/
        $sign_query = /\b(mysqli?_query|pg_query|mssql_query)\s*\(\s*@?(\$\w{1,20}\s*,\s*)?@?(stripslashes\s*\(\s*)?\$/ nocase
        $sign_all_data = /\bshow\s+(databases|tables)\b|mysql_list_(dbs|tables)\s*\(|\b(load_file\s*\(|load\s+data\s+(local\s+)?infile|into\s+(out|dump)file)/ nocase
        $sign_lines = /\b(explode|split|preg_split)\s*\(\s*["']\/?(\\r)?\\n\/?["']\s*,\s*@?(trim\s*\(\s*)?\$_(POST|GET|REQUEST)/ nocase
        $sign_unpack = /\bgz(inflate|uncompress)\s*\(|\bbase64_decode\s*\(\s*["'][a-z0-9+\/=]{60}/ nocase
        $sign_boast = /\b(hacked|defac\w{1,4}|c0ded|coded|recoded)\s+by\b|\b(h4ck\w{0,5}|r00t|bypass|backdoor|webshell|web shell|exploit|mass\s?mail\w{0,3}|deface\w?)\b/ nocase
        $sign_archive = /->\s*extractTo\s*\(/
        $sign_letter = /RCPT TO:|MAIL FROM:/ nocase
        $sign_decoded = /\bbase64_decode\s*\(\s*[^;$]{0,30}\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
        $sign_body = "php://input" nocase
        $sign_rules = /\b(file_put_contents|fopen)\s*\(\s*[^;]{0,60}(\.htaccess|["'\/](php|\.user)\.ini)/ nocase
        $sign_handler = /\b(AddHandler|AddType|SetHandler)\s+[a-z]|Options\s+\+?(all|Indexes|ExecCGI)|\+ExecCGI/ nocase
        $sign_self = /\b(file_get_contents|copy|fopen)\s*\(\s*__FILE__/ nocase
        // A file put into each folder of folders.
        $sign_each = /\b(fopen|file_put_contents)\s*\(\s*@?("\$\w{1,20}\/\$\w{1,20}\/|\$\w{1,20}\s?\.\s?["']\/["']\s?\.\s?\$\w{1,20}\s?\.\s?["']\/)/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // An archive that unpacks itself, a test of PHP, the script of an editor.
        $other_text = /Extract_Phar|\n--(FILE|EXPECTF?)--\r?\n|["']skip\b|\n\s*let [sg]:\w/
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/
        $escaped = /escapeshell(arg|cmd)\s*\(/ nocase
        $documented = /\*\s@(param|return|var|throws)\b/

    condition:
        filesize < 400KB
        and @tag[1] < 4096
        and not $other_text
        and (
            (not any of ($part_*) and (
                5 of ($sign_*)
                or ($input and not $escaped and (3 of ($sign_*) or (2 of ($sign_*) and 2 of ($ask_*))))
                or 2 of ($sign_link, $sign_sites, $sign_accounts, $sign_ftp, $sign_own_end, $sign_lines, $sign_rules, $sign_handler, $sign_settings, $sign_archive, $sign_all_data)
                or ($sign_rules and any of ($ask_disabled, $ask_safe))
                or ($sign_self and $sign_each)
            ))
            or ($input and 10 of ($sign_*, $ask_*) and #documented < 10)
        )
}
