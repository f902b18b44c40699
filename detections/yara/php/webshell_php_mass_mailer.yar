rule webshell_php_mass_mailer
{
    meta:
        id = "e1f05c9b-73fd-4aad-b4e6-6e98f6d45197"
        title = "PHP Page Sends Mail to a Pasted List"
        description = "Detects PHP that stands alone and sends mail to each line of a list that its visitor pastes, with sender and text of their choice: what a hijacked server is used for next."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 60
        behaviour = "aa21-200b.t1505.003"

    strings:
        $mail = /[^>:\w$'"]mail\s*\(\s*@?(\$|trim|rtrim)/ nocase
        $lines = /\b(explode|split|preg_split)\s*\(\s*["']\/?(\\r)?\\n\/?["']/ nocase
        $loop = /\b(for|foreach|while)\s*\(/ nocase
        $pasted = /<textarea/ nocase
        $sender = /(["']|\\n)from:|\bfrom(name|email|mail)?["']\s*\]|\$from\b/ nocase
        // Whoever asks names the recipient; or the page has a box for a list of them.
        $mail_chosen = /[^>:\w$'"]mail\s*\(\s*@?(trim\s*\(\s*|stripslashes\s*\(\s*)?\$_(POST|GET|REQUEST)\s*\[/ nocase
        $pasted_list = /<textarea[^>]{0,80}name\s?=\s?\\?["']?(e?-?mail_?(list|s)|mailist|listmail|leads?|recipients?|targets)\\?["'\s>]/ nocase
        $sender_class = /new\s+PHPMailer\b|fsockopen\s*\([^;]{0,60}(25|smtp)/ nocase
        $list = /\$(email|mail|to|all)_?(list|s|emails|mails)\b/ nocase
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 200KB
        and $tag
        and (
            ($lines and $loop and $pasted_list and any of ($mail, $sender_class))
            or (not any of ($part_*) and (
                (all of ($mail, $lines, $loop, $pasted, $sender) and any of ($input, $list))
                or ($mail_chosen and filesize < 8KB)
            ))
        )
}
