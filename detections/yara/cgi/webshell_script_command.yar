rule webshell_script_command
{
    meta:
        id = "12f5ad4c-0b99-4011-9d5d-bc11e4bf9789"
        title = "Script of a Server Runs Commands from the Request"
        description = "Detects Node, Ruby, Lua, Bash, Python and server-side includes that run a command line which comes with the request."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-22"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 75
        behaviour = "aa21-200b.t1505.003"

    strings:
        $node_process = /require\s*\(\s*["'`](node:)?child_process["'`]\s*\)|\bchild_process\b/
        $node_run = /\b(exec|execSync|spawn|spawnSync)\s*\(\s*([^;)"'`]{0,40}\b(req(uest)?|ctx|q|query|url|parse)\b[^;)]{0,40}\b(query|body|headers|params|url|cmd|c|q)\b|["'](sh|bash|\/bin\/(ba)?sh|cmd(\.exe)?)["']\s*,\s*\[\s*["'](-c|\/c)["']\s*,\s*[^\]]{0,20}req)/
        $node_chain = /\b(exec|execSync|spawn|spawnSync)\s*\([^;\n]{1,80}\.\s*(query|body|headers|params|searchParams)\b/
        $node_variable = /\bexec(Sync)?\s*\(\s*[a-z]\w{0,12}\s*[,)]/
        $node_server = /createServer\s*\(|\bapp\s*\.\s*(get|post|use|all)\s*\(|\brouter\s*\.\s*(get|post|use)\s*\(|\.\s*(get|post|use|all)\s*\(\s*["'`]\//
        $node_eval = /[^.\w](eval|Function|vm\.runIn\w{4,20})\s*\(\s*(\w{1,20}(\.\w{1,10})?\s*\(\s*)?(req|request|ctx)\s*\.\s*(query|body|headers|params)/

        $ruby_run = /(`\s?#\{|%x[({\[]\s{0,4}#\{|\b(system|exec|IO\.popen|Open3\.\w{5,12}|eval|instance_eval|Kernel\.\w{4,6})[\s(]{1,2}["']?\s*(#\{)?)\s*(cgi|params|request(\.(params|query))?|c|q(\.query)?|req(\.query)?)\s*\[\s*["':]/
        $ruby = /\brequire\s+["'](cgi|sinatra|webrick|rack|open3)|<%=?|\bCGI\.new|\bparams\[|Rack::Request/

        $python_word = /\n\s*(def \w{1,40}\(.{0,80}\):|import \w|from \w)/
        $lua_input = /ngx\.req\.(get_uri_args|get_post_args|get_body_data|get_headers)|ngx\.var\.(arg_\w|http_\w|args)|cgilua\.(QUERY|POST)|os\.getenv\s*\(?\s*["'](QUERY_STRING|HTTP_\w{2,20})["']|\bGET\s*\[|http\.formvalue\s*\(/
        $lua_direct = /(\bio\.popen|\bos\.execute|\bloadstring|[^.:\w]load)\s*\(\s*(ngx\.|[a-z_]\w{0,20}\s*[.\[):]|GET)/

        $bash = /^#!\s?\/(usr\/)?(local\/)?bin\/(env\s+)?(ba|da|k|z|a)?sh\b/
        $bash_run = /(\beval\s+["']?\$?[({`]?|\b(ba)?sh\s+-c\s+["']?\$?[({`]?|\$\(|`)\s*[^\n]{0,60}\$\{?(QUERY_STRING|HTTP_[A-Z_]{2,30}|POST_DATA|cmd|CMD|command|query|QUERY)\b/
        $bash_read = /\bread\s+(-\w\s*)?["']?\$\{?CONTENT_LENGTH\}?["']?\s+\w|\bhead\s+-c\s*["']?\$\{?CONTENT_LENGTH/
        $bash_read_line = /\bread\s+(-r\s+)?[a-z_]\w{0,20}\s*[;\n]/
        $bash_taken = /(\bin\s+["']?|=["'`$(]{0,4}[^\n]{0,20})\$\{?QUERY_STRING\b/
        $bash_answer = /\b(echo|printf)\s+(-\w\s+)?["'][Cc]ontent-[Tt]ype:\s?text\//
        $bash_run_read = /(\beval|\b(ba)?sh\s+-c)\s+"?\$\w/
        $bash_input = /\$\{?(QUERY_STRING|HTTP_[A-Z_]{2,30}|CONTENT_LENGTH)\b/
        $bash_page = /[Cc]ontent-[Tt]ype:\s?text\//

        $include = /<!--\s?#exec\s+cmd\s*=\s*["'][^"']{0,200}(\$|\b(whoami|ls|id|dir|uname|wget|curl|nc|perl|python|bash)\b)/ nocase

        $python_server = /BaseHTTPRequestHandler|\bwsgi|\bFlask\s*\(|@app\.route|tornado\.web|\bcgi\.FieldStorage|web\.input\s*\(|bottle\b|HttpResponse\s*\(|environ(\s*\[|\.get\s*\()\s*["']QUERY_STRING/
        $python_run = /\b(os\.(system|popen)|subprocess\.(Popen|call|run|check_output|getoutput)|commands\.getoutput|exec|eval)\s*\(\s*[^\n"']{0,60}(self\.(path|headers|rfile)|parse_qs|unquote|request\.|web\.input|form\[|getvalue|environ|get_argument|b64decode|params?\[|query)/
        $python_body = /self\.rfile\.read|parse_qs|request\.(args|form|values|data|json)|FieldStorage|get_argument/
        $python_shell = /\b(os\.(system|popen)\s*\(\s*[^"'\s)]|subprocess\.getoutput|subprocess\.(Popen|call|run|check_output)\s*\([^\n)]{0,60}shell\s*=\s*True|commands\.getoutput)/

        $go = /exec\.Command\s*\(\s*[^\n;]{0,60}\b(FormValue|URL\.Query|PostForm|Header\.Get)\b/

        $perl = /^#!\s?\S{0,40}perl|\buse\s+(CGI|strict|Socket)\b/
        $perl_file = /\bopen\s*\(?\s*(my\s+)?[$\w]{1,20}\s*,\s*["']>{1,2}["']\s*[.,]\s*(\$\w{1,12}\s*->\s*)?(param\s*\(|\$(in|FORM|form|query)\{)/
        $perl_pipe = /\bopen\s*\(?\s*\w{1,30}\s*,\s*["']\s*\$\w{1,30}[^"';]{0,20}\|\s*["']/
        $perl_query = /\$ENV\{\s*["']?(QUERY_STRING|CONTENT_LENGTH)|\bparam\s*\(/
        $perl_words = /\b(RunCommand|CommandTimeout|ExecuteCommand|[Cc]ommand|cmd)\b/
        // A bot takes its orders in a chat.
        $perl_chat = "PRIVMSG "
        $perl_socket = /\buse\s+(IO::)?Socket\b/
        $perl_run = /=`\$\w{1,30}[^`\n]{0,30}`|= `\$\w{1,30}[^`\n]{0,30}`|\b(system|exec)\s*\(?\s*["']?\$\w/
        $part_source = /\n\s*```|Licensed under the|Free Software Foundation|sourceMappingURL|\baspell\b|\bdescribe\s*\(\s*["']/

    condition:
        filesize < 100KB
        and not any of ($part_*)
        and (
            (filesize < 20KB and $node_process and any of ($node_run, $node_chain) and $node_server)
            or (filesize < 2KB and $node_process and $node_variable and $node_server)
            or (filesize < 20KB and $node_eval)
            or (filesize < 20KB and $ruby_run and $ruby and not $python_word)
            or (filesize < 20KB and $lua_input and $lua_direct)
            or ($bash and (($bash_run and $bash_input) or ($bash_run_read and any of ($bash_read, $bash_taken))) and $bash_page)
            or ($bash and $bash_run_read and $bash_read_line and $bash_answer and filesize < 2KB)
            or (filesize < 20KB and $include)
            or ($python_server and $python_run)
            or (filesize < 3KB and $python_server and $python_body and $python_shell)
            or $go
            or ($perl and $perl_chat and $perl_socket and $perl_run)
            or ($perl and $perl_file and filesize < 20KB)
            or ($perl and $perl_pipe and $perl_query and $perl_words and filesize < 60KB)
        )
}
