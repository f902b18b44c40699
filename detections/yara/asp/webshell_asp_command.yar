rule webshell_asp_command
{
    meta:
        id = "5d38b34f-8fde-40d5-9367-20aa6b1abf40"
        title = "ASP Runs Commands or Writes Files from the Request"
        description = "Detects classic ASP that runs a command line or writes a file that the request names: the shell objects, by name, by class id or by a name in pieces, or FileSystemObject and ADODB.Stream, fed from request input."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-aspxspy-secchecker"

    strings:
        $object_shell = /\b(createobject|activexobject)\s*\(\s*["'](wscript\.shell|shell\.application|wscript\.network)(\.1)?["']/ nocase
        // Class ids of WScript.Shell, Shell.Application and WScript.Network.
        $object_class = /(classid|progid)\s*=\s*["']?(clsid:)?\s*["']?\{?(72C24DD5-D70A-438B-8A42-98424B88AFB8|F935DC22-1CF0-11D0-ADB9-00C04FD58A0B|13709620-C279-11CE-A49E-444553540000|wscript\.shell)/ nocase
        $object_pieces = /"(w"\s?&\s?"script|ws"\s?&\s?"cript|wsc"\s?&\s?"ript|wscr"\s?&\s?"ipt|wscri"\s?&\s?"pt|wscript"\s?&\s?"\.sh|wscript\."\s?&\s?"sh|wscript\.s"\s?&\s?"hell|wscript\.sh"\s?&\s?"ell|shell"\s?&\s?"\.app|shell\."\s?&\s?"app|sh"\s?&\s?"ell\.)/ nocase
        $object_split = /createobject\s*\(\s*("[^"\r\n]{0,24}[a-z]"\s?&\s?"[a-z]|chrw?\s*\(\s*[0-9]|strreverse\s*\()/ nocase
        $run_input = /\.\s*(run|exec|shellexecute)[\s(]{1,4}[^\r\n]{0,60}\brequest\s*(\.\s*\w{2,15}\s*){0,2}\(/ nocase
        $run_comspec = /\.\s*(run|exec|shellexecute)[\s(]{1,4}\(?\s*["'](cmd|%comspec%|cmd\.exe|powershell)[^\r\n]{0,20}["']\s*[&+,]/ nocase
        $run_variable = /\.\s*(run|exec|shellexecute)[\s(]{1,4}[a-z_]\w{0,20}\s*[&+,)\r\n]/ nocase
        $comspec = /(\bcmd(\.exe)?\s*["']?\s*(\+|&)?\s*["']?\s*\/c|%comspec%)/ nocase
        $sql = /xp_cmdshell\s*['"]{1,3}\s*["']?\s*&/ nocase
        $read_output = /\.\s*stdout\s*\.\s*readall|\bstdout\b[^\r\n]{0,20}read/ nocase

        // Files at paths that the request gives.
        $write_stream = /\.\s*(savetofile|createtextfile|opentextfile)[\s(]{1,4}\(?\s*(server\.mappath\s*\(\s*)?request\s*(\.\s*\w{2,15}\s*){0,2}\(/ nocase
        $write_text = /\.\s*(write|writeline|writetext)[\s(]{1,4}\(?\s*request\s*(\.\s*\w{2,15}\s*){0,2}\(/ nocase
        $write_call = /\.\s*(savetofile|createtextfile|opentextfile)[\s(]/ nocase
        $mapped = /server\.mappath\s*\(\s*["'][\w\/.]{3,60}\.(txt|log|csv|xml|dat|html?)["']/ nocase
        $write_named = /\b[a-z_]\w{0,20}\s*=\s*(trim\s*\(\s*)?request\s*(\.\s*\w{2,15}\s*){0,2}\([^\r\n]{1,40}[\r\n:].{0,400}\.\s*(createtextfile|savetofile|opentextfile)[\s(]{1,4}\(?\s*[a-z_]\w{0,20}\s*[,)\r\n]/s nocase
        // Fetched from an address and stored as it came.
        $fetched = /\.\s*open[\s(]{1,3}["']get["']\s*,\s*(request\b|[a-z_]\w{0,20}\s*[,:)\r\n]).{0,400}\.\s*write[\s(]{1,3}\w{1,20}\s*\.\s*responsebody\b.{0,120}\.\s*savetofile\b/s nocase
        $manage = /\.\s*(deletefile|deletefolder|movefile|movefolder|copyfile|copyfolder|createfolder|getfolder)[\s(]{1,4}/ nocase
        $drives = /\.\s*drives\b/ nocase

        $input = /\brequest\s*(\.\s*\w{2,15}\s*){0,2}[(\[]/ nocase
        $page = /<%|runat\s*=\s*["']?server/ nocase
        // Other languages with the same brackets have rules of their own.
        $other = /<%@\s*(page|webhandler|webservice|control|master|import)|<%@[^%]{0,60}\bjava[."\s]|<jsp:|<\?php/ nocase

    condition:
        filesize < 400KB
        and $page
        and $input
        and not $other
        and (
            (any of ($object_shell, $object_class, $object_pieces) and any of ($run_input, $run_comspec))
            or (any of ($object_shell, $object_pieces) and $run_variable and ($read_output or $comspec))
            or ($object_class and $run_variable)
            or $object_split
            or $sql
            or ($drives and #manage > 3)
            or $write_stream
            or ($write_call and $write_text and filesize < 8KB)
            or (any of ($write_named, $fetched) and filesize < 3KB and not $mapped)
        )
}
