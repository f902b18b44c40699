rule webshell_php_drops_page
{
    meta:
        id = "37935455-11a5-4647-a62d-737cb4925cdc"
        title = "PHP Puts a Page in Place"
        description = "Detects small PHP that fetches or unpacks a page and stores it under a name which the interpreter runs, turns request data into objects of its own classes, or registers what the request names as a function of a database."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        $fetch_page = /\b(copy|file_put_contents|fwrite|fputs)\s*\(\s*@?[^;]{0,120}(["'](https?|ftp):\/\/|curl_exec\s*\(|file_get_contents\s*\(\s*@?(["'](https?|ftp):|base64_decode))/ nocase
        $store_code = /\b(file_put_contents|fwrite|fputs)\s*\(\s*[^;]{1,120}(base64_decode|gzinflate|hex2bin|gzuncompress|str_rot13)\s*\(\s*["'$]/ nocase
        $page_name = /[\w\/*.-]\.(ph(p[3457s]?|tml|ar)|htaccess|user\.ini)["']/ nocase
        $store_input = /\b(file_put_contents|fwrite|fputs)\s*\(\s*["'][^"'\n]{1,60}\.ph(p[3457s]?|tml|ar)["']\s*,[^;]{0,60}\$_(POST|GET|REQUEST|COOKIE)/ nocase
        $include_joined = /<!--\s?#exec\s+cmd\s*=\s*\\?["'][^"'\n]{0,10}\\?["']?\s*\.\s*@?\$/ nocase
        // Text added to what looks like a picture.
        $picture_added = /\bfile_put_contents\s*\(\s*[^;,]{0,60}\.(jpe?g|gif|png|ico|bmp)["']\s*,[^;]{0,100}FILE_APPEND/ nocase
        // An address in pieces, asked as told by the program of the visitor.
        $address_joined = /["']https?:\/\/["']\s?\.\s?["'][\w.-]{1,20}["']\s?\.\s?["']/ nocase
        $address_asked = /HTTP_USER_AGENT/
        // The page writes itself anew with what comes.
        $itself = /\bfile_put_contents\s*\(\s*@?__FILE__\s*,/ nocase
        $itself_input = /\$_(POST|GET|REQUEST|COOKIE)\s*\[/
        // Code put before the text of other pages.
        $prepended = /\bfile_put_contents\s*\(\s*[^;,]{1,40},\s*["']<\?(php)?[^\n]{1,200}\.\s?@?file_get_contents\s*\(/ nocase
        $objects = /\bunserialize\s*\(\s*(base64_decode\s*\(\s*)?@?[^;]{0,40}\$_(POST|GET|REQUEST|COOKIE)/ nocase
        $magic = /function\s+__(destruct|wakeup|tostring|invoke|call)\s*\(/ nocase
        $act = /[^>:\w$'"](eval|assert|system|exec|shell_exec|passthru|popen|call_user_func(_array)?|file_put_contents|include|require)\s*\(/ nocase
        $tag_joined = /["']<\?(php|=)?\s?[^"'\n]{0,6}["']\s*\.\s*@?[\w(]{0,30}\s*\(?\s*@?\$_(POST|GET|REQUEST|COOKIE)/ nocase
        $xpath = /registerPHPFunctions\s*\(\s*\)/ nocase
        $xpath_input = /php:function[^;]{0,60}\$_(POST|GET|REQUEST|COOKIE)/ nocase
        $style_input = /->\s*load(XML|HTML)?\s*\(\s*@?([a-z_]\w{0,20}\s*\(\s*)?\$_(POST|GET|REQUEST|COOKIE)\b/ nocase
        $style_variable = /=\s*@?[^;]{0,40}\$_(POST|GET|REQUEST|COOKIE)\b.{0,300}->\s*loadXML\s*\(\s*@?\$/s nocase
        $register = /->\s*(sqlite)?create(Function|Aggregate|Collation)\s*\(\s*[^;]{0,60}(\$_(POST|GET|REQUEST|COOKIE)|["'](system|exec|assert|shell_exec|passthru|phpinfo)["'])/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 40KB
        and $tag
        and (
            any of ($tag_joined, $include_joined, $picture_added, $prepended)
            or ($address_joined and $address_asked)
            or ($itself and $itself_input)
            or (
                not any of ($part_*)
                and (
                    ($page_name and any of ($fetch_page, $store_code) and filesize < 8KB)
                    or ($objects and $magic and $act)
                    or $register
                    or ($store_input and filesize < 4KB)
                    or ($xpath and any of ($xpath_input, $style_*))
                )
            )
        )
}
