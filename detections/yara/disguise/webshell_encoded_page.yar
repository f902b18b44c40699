rule webshell_encoded_page
{
    meta:
        id = "ffb04fe6-8619-46ce-925e-4f52fe00616e"
        title = "Web Shell in an Encoding That Scanners Do Not Read"
        description = "Detects server pages in UTF-16, in UTF-7 or in code pages of mainframes that evaluate, run or store: the server decodes the page by a directive or a byte-order mark, plain searches do not."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003, aa21-200b.t1027"

    strings:
        $wide_php = /<\?(php|=)/ nocase wide
        $wide_page = /<%|<jsp:/ nocase wide
        $wide_input = /\$_(POST|GET|REQUEST|COOKIE|SERVER|FILES)|request\s*[.(\[]/ nocase wide
        $wide_act = /\b((eval|assert|system|shell_exec|passthru|exec|popen|execute|executeglobal|SaveAs|move_uploaded_file|file_put_contents|strreverse|defineClass)\s*[(" ]|getRuntime|ProcessBuilder|ProcessStartInfo|wscript\.shell|FileOutputStream|Assembly\.Load\()/ nocase wide
        $wide_call = /(\$a|\$b|\$c|\$d|\$e|\$f|\$g|\$h|\$i|\$j|\$k|\$l|\$m|\$n|\$o|\$p|\$q|\$r|\$s|\$t|\$u|\$v|\$w|\$x|\$y|\$z|\$A|\$B|\$C|\$D|\$E|\$F|\$G|\$H|\$I|\$J|\$K|\$L|\$M|\$N|\$O|\$P|\$Q|\$R|\$S|\$T|\$U|\$V|\$W|\$X|\$Y|\$Z|\$_)\w{0,19}(\[[^\]]{1,20}\])?\(/ wide
        $seven = /\+ADw[-?A]{0,2}(AD8|\?)?(-|A)?.{0,4}(php|%)|\+ACQAXw-|\+AF8-(POST|GET|REQUEST)|\+ADwAJQ|\+ADwAPw/
        $seven_input = /\+ACQ(AXw)?-?_?(POST|GET|REQUEST|COOKIE)|\+AF8-?(POST|GET|REQUEST)|request/ nocase
        $seven_act = /\b(eval|system|assert|passthru|execute|exec)\b/ nocase
        $codepage = /(pageEncoding|charset)\s*=\s*["']?(cp037|ibm\d{2,4}|cp1047|cp500|cp290|utf-?7|utf-?16\w{0,2})\b|codepage\s*=\s*["']?65000/ nocase
        $page = /<%@|<\?xml\s[^>]{0,60}encoding\s*=\s*["'](cp037|ibm\d{2,4}|utf-?7)/ nocase
        $text = /<(html|body|table|form)\b/ nocase

    condition:
        filesize < 2MB
        and (
            (any of ($wide_php, $wide_page) and $wide_input and any of ($wide_act, $wide_call))
            or ($seven and $seven_input and $seven_act and filesize < 100KB)
            or ($page and $codepage and not $text and filesize < 100KB)
        )
}
