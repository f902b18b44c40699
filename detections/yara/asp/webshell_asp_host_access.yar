rule webshell_asp_host_access
{
    meta:
        id = "44817700-c73c-4cbe-b634-f47bbb4f18a0"
        title = "ASP Page Reaches the Host"
        description = "Detects classic ASP that makes a shell or script control object, evaluates what is no constant next to request input, manages files, stores the body of a request, or opens a database connection that the request spells out."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 70
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-aspxspy-secchecker"

    strings:
        $shell = /wscript\.shell|shell\.application|msscriptcontrol|wscript\.network|72C24DD5-D70A-438B-8A42-98424B88AFB8|13709620-C279-11CE-A49E-444553540000/ nocase ascii wide
        $shell_use = /\.\s*(exec|run|shellexecute|executestatement|addcode|eval)[\s(]{1,4}\(?\s*(request|[a-z_]\w{0,30}|["']\s?(cmd|%comspec|c:\\windows\\system32\\cmd|powershell))/ nocase ascii wide
        $evaluate = /[^.\w](eval|execute|executeglobal)[\s(]{1,6}(["'][^"'\r\n]{0,20}["']\s*&\s*)?[a-z_]\w{0,30}(\s*[(&]|\s*\)?\s*(%>|:|\r?\n))/ nocase ascii wide
        $characters = /\bchrw?\s*\(\s*(&h)?[0-9a-f]{2,4}\s*(-|\+|xor)?\s*[0-9]{0,4}\s*\)\s*[&+]\s*chrw?\s*\(/ nocase
        $hidden = /\b(strreverse|unescape)\s*\(|&chr\(|clng\s*\(\s*["']&h|\bmid\s*\(/ nocase
        $reversed = /\(?"?[^"\r\n]{0,40}(tseuqer|lave|etucexe|labolgetucexe)/ nocase ascii wide
        $joined = /(\(0\)|\(1\)|\(2\)|\(3\)|\(4\)|\(5\))\s?[+&]\s?[a-z]\w{0,10}\([0-9]{1,2}\)\s?[+&]/ nocase
        $moved = /\bchrw?\s*\(\s*\(?\s*ascw?\s*\(/ nocase
        $answered = /[^.\w](eval|execute|executeglobal)[\s(]{1,6}\w{1,20}\s*\.\s*(response(Text|Body)|readtext)\b/ nocase
        $array = /\barray\s*\(\s*([0-9]{2,3}\s*,\s*){8}/ nocase
        $fso = /scripting\.filesystemobject/ nocase ascii wide
        $do_list = /\.\s*(subfolders|files|drives|getfolder)\b/ nocase ascii wide
        $do_delete = /\.\s*(deletefile|deletefolder|movefile|movefolder|copyfile|copyfolder|delete)\b/ nocase ascii wide
        $do_write = /\.\s*(createtextfile|opentextfile|savetofile)\b/ nocase ascii wide
        $shown = /\.\s*(opentextfile|getfile)[\s(]{1,3}[a-z_]\w{0,20}\s*[,)].{0,200}\.\s*read(all|line)\b/s nocase
        $mapped = /server\s*\.\s*mappath/ nocase
        // Orders to the administration of a file server on the same host.
        $served = /SITE MAINTENANCE|-SETDOMAIN|-SETUSERSETUP|LocalAdministrator/
        $raw = /\.\s*write\s*[\s(]\s*request\s*\.\s*binaryread/ nocase ascii wide
        $connect = /\.\s*open[\s(]{1,3}("[^"\r\n]{0,120}"\s*&\s*)?(trim\s*\(|server\.mappath\s*\()?request\s*[.(]|connectionstring\s*=\s*request\s*[.(]/ nocase ascii wide
        $query = /\.\s*execute\s*\(?\s*(trim\s*\()?request\s*[.(]|\brs\w{0,8}\s*\.\s*open[\s(]{1,3}(trim\s*\()?request\s*[.(]/ nocase ascii wide
        // A script in Microsoft's encoder, of any length.
        $encoded = /#@~\^[\w+\/]{5,6}==/
        $input = /\brequest\s*(\.\s*\w{2,15}\s*){0,2}[("]/ nocase ascii wide
        $page = /<%|<script[^>]{0,60}runat\s*=\s*["']?server/ nocase ascii wide
        $other = /<%@\s*(page|webhandler|webservice|control|master|import|taglib)|<jsp:|<\?php|\n\s*```|<%-|<%_|Licensed under the|Free Software Foundation|<!--\s?#include|\n(def|import|from) \w/ nocase
        $other_connector = /\bFCKeditor|\bkindeditor|\bUpfile_5xSoft|class_terminate/ nocase

    condition:
        filesize < 1MB
        and $page
        and not any of ($other*)
        and (
            ($shell and $shell_use and $input)
            or ($evaluate and $input and (filesize < 20KB or $characters or $hidden))
            or ($evaluate and (#characters > 2 or any of ($array, $joined, $moved)))
            or ($evaluate and $reversed and filesize < 100KB)
            or ($fso and $input and all of ($do_*))
            or (filesize < 2KB and $input and $do_list and $shown and not $mapped)
            or any of ($encoded, $answered)
            or (#served > 1 and $input)
            or ($raw and $do_write)
            or ($connect and $query and filesize < 60KB)
        )
}
