rule webshell_php_upload
{
    meta:
        id = "0096daaf-5935-4e12-b55f-baa405735d6e"
        title = "PHP Stores Any Upload Next to Itself"
        description = "Detects small PHP pages that store an uploaded file under the name or path that the client chose, in the page's own directory, and look at nothing first."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 65
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-simpleseesharp"

    strings:
        // The target is the name that the client sent, in the folder of the page or one that the request names.
        $own_name = /\b(copy|move_uploaded_file|rename)\s*\(\s*@?\$_FILES\s*\[[^,;]{1,40}tmp_name["']?\s*\](\[[^\]]{1,10}\])?\s*,\s*@?(basename\s*\(\s*)?(["']\.?\.?\/?["']\s*\.\s*|getcwd\(\)[^$;]{0,12}|(dirname\s*\(\s*)?__(FILE|DIR)__[^$;]{0,12}|\$_SERVER\s*\[["']DOCUMENT_ROOT["']\][^$;]{0,12})?(basename\s*\(\s*)?\$_(FILES|POST|GET|REQUEST|COOKIE)/ nocase
        $own_array = /\b(copy|move_uploaded_file)\s*\(\s*@?\$\w{1,20}\[["']tmp_name["']\]\s*,\s*(["']\.?\/?["']\s*\.\s*)?\$\w{1,20}\[["']name["']\]\s*\)/ nocase
        $variable = /\b(copy|move_uploaded_file)\s*\(\s*@?(\$_FILES\s*\[[^,;]{1,40}tmp_name["']?\s*\](\[[^\]]{1,10}\])?|\$\w{1,20}(\[["']tmp_name["']\])?)\s*,\s*@?(\$\w{1,20}|["']\.?\/?["'])(\s*\.\s*(["']\/["']\s*\.\s*)?\$\w{1,20}(\[["']?name["']?\])?)?\s*\)/ nocase
        $chosen = /\$\w{1,20}\s*=\s*@?(basename\s*\(\s*)?(["']\.?\/?["']\s*\.\s*|getcwd\(\)[^;]{0,12}|\$_SERVER\s*\[["']DOCUMENT_ROOT["']\][^;]{0,16}|\$\w{1,12}\s*\.\s*(["']\/["']\s*\.\s*)?)?(basename\s*\(\s*)?\$_(FILES\s*\[[^\];]{1,20}\]\s*\[\s*["']?name|POST\s*\[|GET\s*\[|REQUEST\s*\[)/ nocase
        $here = /\b(getcwd\s*\(|realpath\s*\(\s*["']\.|DOCUMENT_ROOT|dirname\s*\(\s*__FILE__|__DIR__|php_uname\s*\()/ nocase
        // The folder of the page, or the root of the site, in a variable of its own.
        $own_folder = /\b(copy|move_uploaded_file|rename)\s*\(\s*@?\$_FILES\s*\[[^,;]{1,40}tmp_name["']?\s*\](\[[^\]]{1,10}\])?\s*,\s*@?["']?\{?\$\w{1,20}\}?\s*(\.\s*["']\/["']\s*\.\s*|\.\s*|\/["']\s*\.\s*|\/\{?)(basename\s*\(\s*)?\$_FILES/ nocase
        $folder = /\$\w{1,20}\s*=\s*@?(getcwd\s*\(\s*\)|\$_SERVER\s*\[\s*["']?DOCUMENT_ROOT["']?\s*\]|dirname\s*\(\s*__FILE__\s*\)|__DIR__|realpath\s*\(\s*["']\.\/?["']\s*\)|\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\];]{1,20}\])\s*(\.\s*["']\/["']\s*)?;/ nocase
        $own_each = /\bforeach\s*\(\s*\$_FILES\s*\[[^;{]{1,40}tmp_name["']?\s*\]\s*as\s[^;]{1,60}\b(copy|move_uploaded_file)\s*\(\s*@?\$\w{1,20}\s*,\s*(["']\.?\/?["']\s*\.\s*)?\$_FILES\s*\[[^;]{1,30}name["']?\]\s*\[/ nocase
        $write = /\b(file_put_contents|fwrite)\s*\([^;]{1,80}file_get_contents\s*\(\s*\$_FILES|\b(file_put_contents|fopen)\s*\(\s*[^;,]{0,40}\$_FILES\s*\[[^;,]{1,30}["']name["']\s*\]/ nocase
        $form = /type\s?=\s?\\?["']?file\b/ nocase
        // In a page of its own whatever lies between the two need not be known.
        $any_move = /\b(copy|move_uploaded_file)\s*\(\s*@?\$/ nocase
        $any_name = /\[\s*["']?name["']?\s*\]/ nocase
        $any_answer = /\bis_writable\s*\(|::\w|->\w|\$(settings|config)\b|\bjson_encode\s*\(|Content-type:\s?(text|application|image)\/(javascript|json|xml|plain|jpe?g|png)|\n--(FILE|EXPECTF?)--\r?\n/ nocase
        $any_file = /\$_FILES\b|\$HTTP_POST_FILES\b/
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/
        // Anything that looks like a check or like part of an application.
        $checked = /\b(in_array|pathinfo|getimagesize|finfo_|mime_content_type|preg_match|strrchr|is_uploaded_file|allowed|extension|UPLOAD_ERR|wp_|require_once|UPLOAD_DIR|uploads?\/|isset\s*\(\s*\$_SESSION)/ nocase

    condition:
        filesize < 6KB
        and not $checked
        and (
            $own_name
            or $own_array
            or $own_each
            or $write
            or ($own_folder and $folder)
            or (filesize < 2KB and $any_move and $any_file and $any_name and not $any_answer and not any of ($part_*))
            or (filesize < 3KB and $variable and $chosen and $form and ($here or filesize < 700))
        )
}
