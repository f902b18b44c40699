rule webshell_php_solo_files
{
    meta:
        id = "a9602a9a-3ce6-4824-b01e-9cba3aa283cc"
        title = "PHP Page on Its Own Manages Files"
        description = "Detects PHP that stands alone, including no file of an application, and lists, edits, renames, deletes and stores files whose names are variables: a file manager that somebody carried in."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1070.004-cleanup"

    strings:
        $do_delete = /\b(unlink|rmdir)\s*\(\s*@?\$/ nocase
        $do_rename = /\brename\s*\(\s*@?\$/ nocase
        $do_chmod = /\bchmod\s*\(\s*@?\$/ nocase
        $do_store = /\b(move_uploaded_file|copy)\s*\(\s*@?\$/ nocase
        $do_write = /\b(fwrite|fputs|file_put_contents)\s*\(\s*@?\$/ nocase
        $do_touch = /\btouch\s*\(\s*@?\$/ nocase
        $do_list = /\b(opendir|scandir|glob|dir)\s*\(\s*@?["'$]/ nocase
        $do_folder = /\b(chdir|mkdir)\s*\(\s*@?\$/ nocase
        $do_perms = /\bfileperms\s*\(/ nocase
        $do_owner = /\b(posix_getpwuid|posix_getgrgid|fileowner)\s*\(/ nocase
        $do_read = /\b(show_source|highlight_file|readfile|file_get_contents|fread)\s*\(\s*@?\$/ nocase
        $text = /<textarea/ nocase
        $form = /type\s?=\s?\\?["']?file\b/ nocase
        $direct_choice = /\b(opendir|scandir|glob)\s*\(\s*[^;)]{0,40}\$_(POST|GET|REQUEST|COOKIE)\s*\[/ nocase
        $chosen = /\b(unlink|rmdir|rename|chmod|copy|fopen|file_put_contents|file_get_contents|readfile|highlight_file|scandir|opendir|file|show_source|new\s+SplFileObject|new\s+DirectoryIterator)\s*\(\s*@?([a-z_]\w{2,16}\s*\(\s*)?\$_(POST|GET|REQUEST|COOKIE)\s*\[/ nocase
        $archive = /->\s*open\s*\(\s*@?\$_FILES/ nocase
        $archive_out = /->\s*extractTo\s*\(/ nocase
        $archive_here = /->\s*extractTo\s*\(\s*@?(dirname\s*\(\s*__FILE__\s*\)|__DIR__|getcwd\s*\(|realpath\s*\(\s*["']\.|["']\.{0,2}\/?["']|\$_(POST|GET|REQUEST|COOKIE|SERVER)\s*\[)\s*[^;,]{0,30}\)/ nocase
        $uploaded = /\$_FILES\s*\[/
        // The parts of an upload in pieces, and of archives that unpack themselves.
        $pieces = /\$?chunks?\b|Phar::|Extract_Phar/
        $input = /(\$\{?["']?_(POST|GET|REQUEST|COOKIE|FILES)\b|\$\{?["']?_SERVER["']?\}?\s*[\[{]\s*["']?(HTTP_|QUERY_|REQUEST_U)|php:\/\/input|getallheaders|apache_request_headers|INPUT_(POST|GET|COOKIE)|\$HTTP_(POST|GET|COOKIE|RAW)_|getenv\s*\(\s*["'](HTTP_|QUERY_)|["'{]_(POST|GET|REQUEST|COOKIE)\b)/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 1MB
        and $tag
        and $input
        and (
            5 of ($do_*)
            or (4 of ($do_*) and any of ($text, $form))
            or (filesize < 3KB and $direct_choice)
            or (filesize < 8KB and $chosen)
            or (filesize < 3KB and $archive and $archive_out)
            or (filesize < 3KB and $archive_here and $uploaded)
        )
        and not any of ($part_*, $pieces)
}
