rule webshell_php_offers
{
    meta:
        id = "c509ca7b-e08e-434b-9c31-f5de0d2873ef"
        title = "PHP Page Offers Its Visitor an Attack"
        description = "Detects PHP that acts on the host for its visitor and in its own words offers what only an intruder asks for: shells that connect back, ways round the restrictions of PHP, the accounts of the host, its own removal."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        // What the page says, in its menus, messages and names.
        $hard_boast = /\b(hacked|defaced|c0ded|recoded|shell(ed)?)\s+by\b/ nocase
        $hard_spelling = /\b(h4ck\w{0,5}|hax0r|haxor|h4x0r|r00t\w{0,5}|w00t|l33t|3xploit|0wned|p0?wned|bl4ck\w{0,6}|sh3ll|5h3ll)\b/ nocase
        $hard_shell = /\b(web|php|asp|jsp|mini|perl)\s?-?shell\b|\bbackdoor/ nocase
        $hard_back = /\b(back[ _-]?connect|bind[ _-]?(port|shell)|reverse[ _-]?shell|connect[ _-]?back)/ nocase
        $hard_remove = /\b(self[ _-]?remove|self[ _-]?destruct|kill\s?(me|shell|self)|suicide|remove\s?(this\s?)?shell)\b/ nocase
        $hard_attack = /\b(bypass(er|ing|ed)?|mass[ _-]?(deface|index|mailer)|config\s?grab|cpanel\s?(crack|reset)|brute\s?-?force|port\s?scan(ner)?|md5\s?-?crack\w{0,3}|zone-?h|ddos(er)?|flooder|symlink(er)?)\b/ nocase
        $hard_chinese = /\xe6\x8f\x90\xe6\x9d\x83|\xe6\x9c\xa8\xe9\xa9\xac|\xe5\x90\x8e\xe9\x97\xa8|\xe5\x85\x8d\xe6\x9d\x80|\xcc\xe1\xc8\xa8|\xc4\xbe\xc2\xed|\xba\xf3\xc3\xc5|\xc3\xe2\xc9\xb1/ nocase
        $soft_safe = /\bsafe[ _-]?mode\b/ nocase
        $soft_disabled = /\bdisabled?[ _-]?functions?\b/ nocase
        $soft_accounts = /\/etc\/(passwd|shadow)\b/ nocase
        $soft_command = /\b(execute|run)\s+(a\s)?(command|cmd|php\s?code|shell|code|sql)\b|\bcommand\s?(execut\w{2,3}|shell|line)\b/ nocase
        $soft_host = /\b(uname\s?(-a|:)|php_uname|posix_getpwuid|getpwuid|whoami)\b/ nocase

        $act = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|eval|create_function|assert|p?fsockopen|unlink|fwrite|fputs|file_put_contents|move_uploaded_file|copy)\s*\(\s*@?[$\w]/ nocase
        $act_command = /[^>:\w$'"](system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)\s*\(\s*@?\$/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 2MB
        and @tag[1] < 4096
        and $input
        and (
            (
                2 of ($hard_*, $soft_*)
                and not any of ($part_*)
                and ($act_command or ($act and any of ($hard_*)))
            )
            or ($act_command and 6 of ($hard_*, $soft_*))
        )
}
