rule webshell_php_mangled
{
    meta:
        id = "8587d11f-de02-4d66-aecc-257b3915f649"
        title = "PHP with Names That Nobody Can Read"
        description = "Detects PHP whose variables and jumps were made unreadable by a program: names of O and 0 or of l, I and 1, of underscores or of bytes that are no letters, functions kept in an array of globals, jumps for each statement; and that calls what they hold."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        $zero = /(\$(OO|O0|0O|00)|\$\{["']?(OO|O0|0O|00))[O0]{2,28}["']?\}?\s*[=({\[]/
        $bar = /(\$l|\$I|\$1)[lI1|]{4,29}\s*[=({\[]/
        $underscore = /\$_{3,30}\s*[=({\[+.^]/
        // The bytes that a name begins with are told one by one: without them nothing of it could be searched for.
        $bytes_8 = /(\$\x80|\$\x81|\$\x82|\$\x83|\$\x84|\$\x85|\$\x86|\$\x87|\$\x88|\$\x89|\$\x8a|\$\x8b|\$\x8c|\$\x8d|\$\x8e|\$\x8f|\$\x90|\$\x91|\$\x92|\$\x93|\$\x94|\$\x95|\$\x96|\$\x97|\$\x98|\$\x99|\$\x9a|\$\x9b|\$\x9c|\$\x9d|\$\x9e|\$\x9f)[\x80-\xff]{1,59}\s*[=(\[]/
        $bytes_a = /(\$\xa0|\$\xa1|\$\xa2|\$\xa3|\$\xa4|\$\xa5|\$\xa6|\$\xa7|\$\xa8|\$\xa9|\$\xaa|\$\xab|\$\xac|\$\xad|\$\xae|\$\xaf|\$\xb0|\$\xb1|\$\xb2|\$\xb3|\$\xb4|\$\xb5|\$\xb6|\$\xb7|\$\xb8|\$\xb9|\$\xba|\$\xbb|\$\xbc|\$\xbd|\$\xbe|\$\xbf)[\x80-\xff]{1,59}\s*[=(\[]/
        $bytes_c = /(\$\xc0|\$\xc1|\$\xc2|\$\xc3|\$\xc4|\$\xc5|\$\xc6|\$\xc7|\$\xc8|\$\xc9|\$\xca|\$\xcb|\$\xcd|\$\xce|\$\xcf|\$\xd0|\$\xd1|\$\xd2|\$\xd3|\$\xd4|\$\xd5|\$\xd6|\$\xd7|\$\xd8|\$\xd9|\$\xda|\$\xdb|\$\xdc|\$\xdd|\$\xde|\$\xdf)[\x80-\xff]{1,59}\s*[=(\[]/
        $bytes_e = /(\$\xe0|\$\xe1|\$\xe2|\$\xe3|\$\xe4|\$\xe5|\$\xe6|\$\xe7|\$\xe8|\$\xe9|\$\xea|\$\xeb|\$\xec|\$\xed|\$\xee|\$\xef|\$\xf0|\$\xf1|\$\xf2|\$\xf3|\$\xf4|\$\xf5|\$\xf6|\$\xf7|\$\xf8|\$\xf9|\$\xfa|\$\xfb|\$\xfc|\$\xfd|\$\xfe)[\x80-\xff]{1,59}\s*[=(\[]/
        $global = /\$\{?["']?GLOBALS["']?\}?\s*\[[^\]\n]{1,60}\]\s*(\[[^\]\n]{1,30}\]\s*)?\(/
        $global_escaped = /\$\{["'](GLOBALS|\\x47|G\\x4c|GL\\x4f|\\107)/ nocase
        $jump = /goto\s+\w{3,20};\s*\w{3,20}:/
        $mixed = /(\\x[2-7][0-9a-f]\\1?[0-7]{2}|\\1[0-7]{2}\\x[2-7][0-9a-f])/ nocase
        $empty = /\$_{1,3}\s*=\s*@?"\$_{1,3}"\s*;|[=(]\s*@?\[\]\s*\.\s*["']{2}|(\(\s*0\/0\s*\)|\(\s*0 \/ 0\s*\))\s*\.\s*["']/
        $inverted = /(=~|\(~|\{~|\.~|;~|\n~|\t~|= ~|\( ~|\{ ~|\. ~|; ~|return ~|echo ~)[\x80-\xff]{3,40}[;)}(.\s]/
        $called = /((\$O|\$0|\$l|\$I|\$1|\$_)[O0lI1|_]{2,29}|\$\{["']?[O0lI1|_]{3,30}["']?\}?)(\[[^\]\n]{1,60}\])?\(/
        // Comments between a name and what belongs to it.
        $comments = /(\$\w{1,20}|\b(eval|assert|system|exec|passthru|shell_exec|base64_decode|gzinflate|include|str_replace|call_user_func))\s?\/\*[^*\n]{0,40}\*\/\s?[\[({=]/ nocase
        $eval = /[^>:\w$'"](eval|assert|create_function|preg_replace|call_user_func|array_map)\s*(\/\*[^*]{0,60}\*\/\s*)?\(/ nocase
        $tag = /(<\?(php|=| |\n|\r|\t|@|\$|echo|eval|if|error|session|set_|system|passthru|function|include|require|header|ini_set|print|foreach|define|exec|assert|ob_)|<script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase

    condition:
        filesize < 2MB
        and @tag[1] < 4096
        and (
            (#zero > 5 and any of ($called, $eval))
            or (#bar > 7 and any of ($called, $eval))
            or (#underscore > 11 and any of ($called, $eval))
            or (#bytes_8 + #bytes_a + #bytes_c + #bytes_e > 9 and $eval)
            or #global > 7
            or #global_escaped > 3
            or (#jump > 6 and (#mixed > 1 or $eval))
            or #mixed > 12
            or $empty
            or #comments > 2
            or ($inverted and filesize < 4KB)
        )
}
