rule webshell_cgi_command
{
    meta:
        id = "9b968295-7bee-413c-afb5-879b0e9411ac"
        title = "CGI Script Runs Commands from the Request"
        description = "Detects Perl and Python scripts that run a command line taken from the request, and Perl that joins a connection to a command interpreter."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        $perl = /#!\s?\S{0,40}perl|\buse\s+(CGI|strict|warnings|Socket|IO::Socket)\b/
        // Input as the command, or in a variable that is.
        $perl_direct = /\b(system|exec|eval|qx)\s*[({\/]?\s*["']?\s*(\$\w{1,12}\s*->\s*)?(url_)?param\s*\(/
        $perl_decoded = /\b(eval|system|exec)\s*\(?\s*(decode_base64|unpack|pack|uri_unescape|reverse)\s*[\s(]\s*["'\w*, ]{0,12}\$/
        $perl_quoted = /(=`|= `|print `|return `|\(`)[^`\n]{0,12}\bparam\s*\(/
        // An upload to a folder that the visitor names.
        $perl_stored = /=\s*(\$\w{1,12}\s*->\s*)?param\s*\([^;]{0,40};.{0,200}\bopen\s*\(?\s*(my\s+)?[$\w]{1,20}\s*,\s*["']>{1,2}\s?\$\w{1,20}\/\$/s
        // Packets without end.
        $perl_datagrams = /\bSOCK_DGRAM\b|IO::Socket::INET[^;]{0,120}["']udp["']/
        $perl_endless = /\b(for\s*\(\s*;\s*;|while\s*\(\s*1\s*\)|while\s*\(\s*time)/
        $perl_told = /@ARGV|\$ARGV\[|\bparam\s*\(/
        $perl_send = /\bsend\s*\(\s*\w{1,12}\s*,|->\s*send\s*\(|\bprint\s+\$\w{1,12}\s+\$/
        $perl_form = /(\b(system|exec|eval|qx)\s*[({\/]?\s*["']?|`|open\s*\(\s*\w{1,12}\s*,\s*["']?)\s*\$(FORM|in|input|query|params?|QUERY|form|data)\s?\{/
        $perl_then = /=\s*(uri_unescape\s*\(|decode\w{0,10}\s*\(|\(\s*)?(\$\w{1,12}\s*->\s*)?(url_)?(param\s*\(|\$ENV\{\s*['"]?QUERY_STRING)[^;]{0,60};.{0,300}(`\s*\$\w{1,20}[^`;]{0,20}`|\b(system|exec|eval)\s*\(?\s*["']?\$\w{1,20}["']?\s*\)?\s*;|open\s*\(\s*\w{1,12}\s*,\s*["']?\s*(-\||\$\w{1,20}[^;"']{0,12}\|))/s
        $perl_read = /\bread\s*\(\s*STDIN\s*,\s*\$\w{1,20}\s*,\s*\$ENV\{|\$ENV\{\s*["']?(QUERY_STRING|CONTENT_LENGTH)/
        $perl_run = /(=`|= `|print `|return `|, `|\(`)\$\w{1,20}[^`;]{0,20}`|\b(system|exec)\s*\(?\s*["']?\$\w{1,20}["']?\s*\)?\s*;|open\s*\(\s*\w{1,12}\s*,\s*["']\s*\$?\(?\$\w{1,20}[^;"']{0,12}\|/
        $perl_cmd = /["'](cmd|command|exec|shell|run|execute)["']|\{(cmd|command|exec|execute|run)\}/ nocase
        // Standard input and output put on a socket.
        $perl_socket = /\bconnect\s*\(\s*\w{1,12}\s*,|IO::Socket::INET\s*(->|\()|\bsocket\s*\(\s*\w{1,12}\s*,/
        $perl_join = /open\s*\(?\s*\*?STD(IN|OUT|ERR)\s*,\s*["']?\s*(["']\s*,\s*["'])?[<>+]{1,2}&/
        $perl_module = /\bpackage\s+\w{1,30}::\w/
        $perl_shell = /\b(exec|system)\s*[\s({"']{0,4}((\/bin\/)?(ba|da|c|k)?sh\b|\$\w{1,12}|cmd\.exe)/

        $python_input = /cgi\s*\.\s*FieldStorage\s*\(|os\.environ(\.get\s*\(|\[)\s*["'](QUERY_STRING|HTTP_\w{2,20})["']|request\s*\.\s*(args|form|values|headers|cookies|GET|POST|json|data)\b/
        $python_direct = /\b(os\.(system|popen)|subprocess\.\w{3,12}|commands\.get\w{6,12}|exec|eval|compile)\s*\(\s*[^)\n]{0,60}(form\s*[.\[]|getvalue|getfirst|request\s*\.\s*(args|form|values|headers|cookies|GET|POST|data)|QUERY_STRING|HTTP_)/
        $python_then = /=\s*[^\n]{0,40}(getvalue|getfirst|FieldStorage\(\)\s*\[|form\s*\[|request\s*\.\s*(args|form|values|headers|GET|POST))[^\n]{0,60}\n.{0,300}\b(os\.(system|popen)|subprocess\.(Popen|call|run|check_output|getoutput)|commands\.get\w{6,12}|exec|eval)\s*\(\s*(\[\s*["'](\/bin\/)?(ba)?sh["']\s*,\s*["']-c["']\s*,\s*)?[a-z_]\w{0,20}\s*[,)+]/s

    condition:
        filesize < 200KB
        and (
            (
                $perl
                and (
                    any of ($perl_direct, $perl_form, $perl_quoted)
                    or ($perl_decoded and filesize < 6KB)
                    or (filesize < 20KB and $perl_then)
                    or (filesize < 4KB and $perl_stored)
                    or (filesize < 8KB and $perl_datagrams and $perl_endless and $perl_told and $perl_send)
                    or (filesize < 6KB and $perl_read and $perl_run and $perl_cmd)
                    or (filesize < 30KB and $perl_socket and $perl_join and $perl_shell and not $perl_module)
                )
            )
            or ($python_input and ($python_direct or (filesize < 20KB and $python_then)))
        )
}
