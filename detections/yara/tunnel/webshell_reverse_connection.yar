rule webshell_reverse_connection
{
    meta:
        id = "f7cee047-b4d9-4733-bea0-07e43243d190"
        title = "Web Page Gives a Shell to a Host It Calls"
        description = "Detects PHP, ASP.NET and JSP pages that connect to another host and join the connection to a command interpreter, so that the shell reaches out through a firewall that lets nothing in."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b"
        score = 80
        behaviour = "aa21-200b.t1505.003"

    strings:
        // For each language: a connection out, a process, bytes between the two.
        $connect_php = /\b(p?fsockopen|stream_socket_client|socket_connect)\s*\(/ nocase
        $run_php = /[^>:\w'"$](proc_open|popen|shell_exec|exec|system|passthru|pcntl_exec)\s*\(\s*@?["'$]/ nocase
        $pump_php = /\b(stream_select|socket_select|fgets|fread|socket_read|stream_get_contents)\s*\(\s*\$/ nocase
        $loop_php = /\bwhile\s*\(/ nocase
        $no_limit = /set_time_limit\s*\(\s*0\s*\)|pcntl_fork\s*\(|ignore_user_abort|error_reporting\s*\(\s*0/ nocase

        $connect_java = /new\s+(java\.net\.)?Socket\s*\(|SocketChannel\s*\.\s*open\s*\(/
        $run_java = /getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(|new\s+(java\.lang\.)?ProcessBuilder\s*\(/
        $pump_java = /\.\s*getInputStream\s*\(\s*\)/
        $java = /<%|<jsp:/

        $connect_net = /new\s+(System\.Net\.Sockets\.)?(TcpClient|Socket)\s*\(|WSASocket|\bWSAConnect\b/
        $run_net = /\b(CreateProcess\w{0,6}\s*\(|ProcessStartInfo\b|Process\s*\(\s*\)|Process\.Start\b)/
        $pump_net = /StandardInput|StandardOutput|hStdInput|hStdOutput|GetStream\s*\(/
        $net = /<%@\s*(page|webhandler|import)|runat\s*=\s*["']?server/ nocase

        // Standard input and output of a shell put on a socket, or the lines that come run one by one.
        $connect_script = /\bsocket\.socket\s*\(|\bTCPSocket\.(new|open)\s*\(|\bnet["'`]\s*\)|\bSOCK_STREAM\b|IO::Socket::INET/
        $python_joined = /\bos\.dup2\s*\(\s*\w{1,12}(\[0\])?\s*\.\s*fileno\s*\(/
        $python_shell = /\bpty\.spawn\s*\(\s*["']|["']\/bin\/(ba)?sh["']|["']cmd(\.exe)?["']/
        $python_lines = /\.\s*connect\s*\(\s*\(|\.\s*accept\s*\(\s*\)/
        $python_received = /\.\s*recv\s*\(\s*[0-9]/
        $python_run = /\b(subprocess\.(Popen|check_output|getoutput|run|call)|os\.popen|os\.system)\s*\(\s*[a-z_]\w{0,20}(\.\w{1,12}\([^)\n]{0,12}\)){0,2}\s*[,)]/
        $python_sent = /\.\s*(send|sendall)\s*\(/
        $ruby_joined = /\bsh\s-i\s<&%d|IO\.popen\s*\(?\s*[a-z]\w{0,8}\s*,\s*["']r["']/
        $node_shell = /\bspawn\s*\(\s*["'`](\/bin\/(ba)?sh|cmd(\.exe)?|sh|bash|powershell(\.exe)?)["'`]/
        $node_in = /\.\s*pipe\s*\(\s*\w{1,12}\.stdin\s*\)/
        $node_out = /\.stdout\s*\.\s*pipe\s*\(/
        $bash_joined = /sh\s+-i\s*[0-9]?[<>&]{1,2}\s*\/dev\/tcp\/|\bexec\s+[0-9]<>\s*\/dev\/tcp\/\S{3,40}\/\S{2,8}\s*;/
        $bash = /^#!\s?\/(usr\/)?bin\/(env\s+)?(ba|da|k|z)?sh/

        $interpreter = /["'\s\/\\(](cmd(\.exe)?|\/bin\/(ba|da|z)?sh|(ba)?sh\s-i|powershell(\.exe)?)["'\s;\\]/ nocase
        $standard_java = /["']\/bin\/(ba)?sh["']|["']cmd(\.exe)?["']/

    condition:
        filesize < 100KB
        and (
            (filesize < 30KB and $connect_php and $run_php and $pump_php and $loop_php and $interpreter and $no_limit)
            or ($connect_script and filesize < 8KB and (
                ($python_joined and $python_shell)
                or ($python_lines and $python_received and $python_run and $python_sent)
                or $ruby_joined
                or ($node_shell and $node_in and $node_out)
            ))
            or ($bash and $bash_joined and filesize < 4KB)
            or ($java and $connect_java and $run_java and $pump_java and $standard_java)
            or ($net and $connect_net and $run_net and $pump_net and $interpreter)
        )
}
