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
        $zero = /\$\{?["']?[O0]{4,30}["']?\}?\s*[=({\[]/
        $bar = /\$[lI1|]{5,30}\s*[=({\[]/
        $underscore = /\$_{3,30}\s*[=({\[+.^]/
        $bytes = /\$[\x80-\xff]{2,60}\s*[=(\[]/
        $global = /\$\{?["']?GLOBALS["']?\}?\s*\[[^\]\n]{1,60}\]\s*(\[[^\]\n]{1,30}\]\s*)?\(/
        $global_escaped = /\$\{["'](GLOBALS|\\x47|G\\x4c|GL\\x4f|\\107)/ nocase
        $jump = /goto\s+\w{3,20};\s*\w{3,20}:/
        $mixed = /(\\x[2-7][0-9a-f]\\1?[0-7]{2}|\\1[0-7]{2}\\x[2-7][0-9a-f])/ nocase
        $empty = /\$_{1,3}\s*=\s*@?"\$_{1,3}"\s*;|[=(]\s*@?\[\]\s*\.\s*["']{2}|\(\s*0\s*\/\s*0\s*\)\s*\.\s*["']/
        $inverted = /[=({.;\s]~[\x80-\xff]{3,40}[;)}(.\s]/
        $called = /\$(\{["']?)?[O0lI1|_]{3,30}["']?\}?(\[[^\]\n]{1,60}\])?\(/
        $eval = /[^>:\w$'"](eval|assert|create_function|preg_replace|call_user_func|array_map)\s*(\/\*[^*]{0,60}\*\/\s*)?\(/ nocase
        $tag = /<(\?(php|=| |\n|\r|\t)|script\s{1,4}language\s{0,2}=\s{0,2}["']?php)/ nocase

    condition:
        filesize < 2MB
        and @tag[1] < 4096
        and (
            (#zero > 5 and any of ($called, $eval))
            or (#bar > 7 and any of ($called, $eval))
            or (#underscore > 11 and any of ($called, $eval))
            or (#bytes > 9 and $eval)
            or #global > 7
            or #global_escaped > 3
            or (#jump > 6 and (#mixed > 1 or $eval))
            or #mixed > 12
            or $empty
            or ($inverted and filesize < 4KB)
        )
}
