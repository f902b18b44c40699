rule webshell_php_database_console
{
    meta:
        id = "a5ee84b5-8906-401f-911f-fba0a5ef6ead"
        title = "PHP Page on Its Own Is a Database Client"
        description = "Detects PHP that stands alone, connects to the database that its visitor names, with their account, and runs the statement that they send."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 65
        behaviour = "aa21-200b.t1505.003"

    strings:
        $connect = /\b(mysqli?_p?connect|pg_p?connect|mssql_connect|oci_connect|sqlsrv_connect|odbc_connect|new\s+(mysqli|PDO))\s*\(\s*@?[^;]{0,40}\$(_(POST|GET|REQUEST|COOKIE)|\w{1,20})/ nocase
        $connect_input = /\b(mysqli?_p?connect|pg_p?connect|mssql_connect|oci_connect|sqlsrv_connect|odbc_connect|new\s+(mysqli|PDO))\s*\(\s*@?[^;]{0,40}\$_(POST|GET|REQUEST|COOKIE)/ nocase
        $query_input = /(\b(mysqli?_query|pg_query|mssql_query|sqlsrv_query|odbc_exec|oci_parse)|->\s*(query|exec|prepare))\s*\(\s*(\$\w{1,20}\s*,\s*)?(stripslashes\s*\(\s*|base64_decode\s*\(\s*|trim\s*\(\s*)?@?\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]\n]{1,30}\]\s*[,)]/ nocase
        $query_variable = /\b(mysqli?_query|pg_query|mssql_query)\s*\(\s*(\$\w{1,20}\s*,\s*)?@?\$(sql|query|q|cmd|code)\w{0,8}\s*[,)]/ nocase
        $databases = /show\s+databases|show\s+tables/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase
        // A page of an application leans on the rest of it: it includes files, names its package, asks where it was called from.
        $part_include = /(^|[\n;{}]|<\?(php)?)\s*@?(require|include)(_once)?\s*[\s(]\s*(["'][\w.\/-]{1,80}["']|dirname|__DIR__|[A-Z_]{3,40}\s*\.|\$([a-zA-Z][\w\[\]"'>-]{0,40}|_SERVER\s*\[[^\]\n]{1,30}\])\s*\.\s*["'])/
        $part_package = /\bclass\s+\w{1,40}\s+extends\s+\w|\n\s*```|\baspell\b|\n\s*(namespace\s+\w|use\s+\w{1,40}\\\w)|\bdefined\s*\(\s*["']|Free Software Foundation|GNU (Lesser )?General Public|\*\s@(package|license|copyright|param|return)\b/

    condition:
        filesize < 400KB
        and $tag
        and not any of ($part_*)
        and (
            ($connect and $query_input)
            or ($connect_input and $query_variable and $databases)
        )
}
