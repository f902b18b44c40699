rule webshell_asp_eval_request
{
    meta:
        id = "1fc77aa3-506d-465d-b4e5-12d9abaeef91"
        title = "ASP Evaluates the Request"
        description = "Detects classic ASP that hands request input to the script engine: eval, Execute, ExecuteGlobal or the script control on request input, directly or by way of a variable, and pages hidden in VBScript.Encode or in pieces of strings."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 85
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-chopper-oneliner"

    strings:
        // A dot before Execute makes it the method of a database connection, which is no sink.
        $direct = /[^.\w](eval|execute|executeglobal)[\s(]{1,6}["'&+\s]{0,6}([a-z_]\w{0,20}\s*\(\s*){0,4}request\s*(\.\s*\w{2,15}\s*){0,2}[(\["]/ nocase
        $control = /\.\s*(eval|executestatement|addcode|run)[\s(]{1,6}([a-z_]\w{0,20}\s*\(\s*){0,3}request\s*(\.\s*\w{2,15}\s*){0,2}[(\[]/ nocase
        $served = /\bserver\s*\.\s*(execute|transfer)[\s(]{1,4}\(?\s*request\s*[.(]/ nocase
        // A script engine of its own that is given the visitor's input, and a function of JScript by a built name.
        $exposed = /\.\s*addobject[\s(]{1,4}["']\w{1,20}["']\s*,\s*request\b/ nocase
        $jscript = /<%@[^%]{0,20}language\s*=\s*["']?jscript/ nocase
        $member = /\bthis\s*\[\s*(["'][a-z]{1,8}["']\s*\+|[a-z_]\w{0,20}\s*\])[^\r\n\]]{0,40}\]?\s*\(/ nocase
        $function = /new\s+Function\s*\(\s*(String\s*\(\s*)?request\s*[.(\[]/ nocase
        // By way of a variable, the session or a function of the page.
        $then = /\b[a-z_]\w{0,20}\s*=\s*([a-z_]\w{0,20}\s*\(\s*){0,3}request\s*(\.\s*\w{2,15}\s*){0,2}\([^\r\n]{1,60}([\r\n:]|%>)(.{0,300}[^.\w])?(eval|execute|executeglobal)[\s(]{1,4}([a-z_]\w{0,20}\s*\(\s*){0,2}[a-z_]\w{0,20}\s*\)?\s*(%>|<\/script|[\r\n:;])/s nocase
        $with = /[^.\w](eval|execute|executeglobal)[\s(]{1,4}([a-z_]\w{0,20}\s*\(\s*){0,2}(session|application)\s*\(\s*["'][^"'\r\n]{1,20}["']\s*\)/ nocase
        $decode = /[^.\w](eval|execute|executeglobal)[\s(]{1,4}(strreverse|unescape|chrw?|replace|decode\w{0,10}|\w{0,12}(dec|uncode|jiemi)\w{0,8})\s*\(\s*["'0-9]/ nocase
        $decode_own = /[^.\w](eval|execute|executeglobal)[\s(]{1,4}[a-z_]\w{0,20}\s*\(\s*"([^"\r\n]{60}|[^"\r\n \/.]{30})/ nocase
        $assembled = /[^.\w](eval|execute|executeglobal)[\s(]{1,4}(join|unescape|strreverse|replace)\s*\(/ nocase
        // Words cut into pieces.
        $joined = /"(e"\s?&\s?"val|ev"\s?&\s?"al|eva"\s?&\s?"l|e"\s?&\s?"xecute|ex"\s?&\s?"ecute|exe"\s?&\s?"cute|execu"\s?&\s?"te|re"\s?&\s?"quest|req"\s?&\s?"uest|r"\s?&\s?"equest)/ nocase
        $any_sink = /[^.\w](eval|execute|executeglobal)[\s(]{1,4}["'a-z_(]/ nocase
        $inline_sink = /<%[^%]{0,120}[^.\w](eval|execute|executeglobal)[\s(]{1,4}["'a-z_(]/ nocase
        $any_input = /\brequest\s*(\.\s*\w{2,15}\s*){0,2}[(\["]/ nocase
        // The length field of an encoded script: under 1 KB. Honest encoded pages are longer.
        $encoded = /#@~\^[\w+\/]{2}[ABCD]AAA==/
        $page = /<%|runat\s*=\s*["']?server/ nocase
        $aspx = /<%@\s*(page|webhandler|webservice|control|master|import)|<%@[^%]{0,60}\bjava[."\s]|<jsp:|<\?php/ nocase

    condition:
        filesize < 200KB
        and $page
        and not $aspx
        and (
            $direct
            or $control
            or any of ($function, $served, $exposed)
            or (filesize < 2KB and $jscript and $member and $any_input)
            or (filesize < 40KB and $then)
            or (filesize < 4KB and $with)
            or ($decode and filesize < 100KB)
            or $decode_own
            or (filesize < 1500 and $assembled)
            or (filesize < 20KB and $joined and $any_sink)
            or (filesize < 250 and $inline_sink and $any_input)
            or (filesize < 1500 and $encoded)
        )
}
