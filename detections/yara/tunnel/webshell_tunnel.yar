rule webshell_tunnel
{
    meta:
        id = "455f65f3-6699-4e16-b5ad-77adaf4b8c45"
        title = "Web Page Tunnels Connections"
        description = "Detects PHP, ASP.NET and JSP pages that open a socket to where a request header or parameter says, keep it over several requests and carry bytes between it and request and response: a proxy into the network behind the server."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a"
        score = 80
        behaviour = "aa21-062a.t1090.001-regeorg, aa21-200b.t1505.003"

    strings:
        // A socket to a place that is not constant,
        $socket_php = /\b(fsockopen|pfsockopen|stream_socket_client|socket_connect)\s*\(\s*@?(["'](tcp|udp):\/\/["']?\s*\.?\s*\{?|\$\w{1,20}\s*,\s*)?\$/ nocase
        $socket_net = /\b(new\s+(System\.Net\.Sockets\.)?(Socket|TcpClient)\s*\(|New\s+TcpClient)/
        $socket_java = /\b(SocketChannel\s*\.\s*open\s*\(|new\s+(java\.net\.)?Socket\s*\()/

        // told so by the request,
        $header_php = /\$_SERVER\s*\[\s*["']HTTP_[A-Z_]{2,30}["']\s*\]|getallheaders\s*\(|apache_request_headers\s*\(/
        $header_net = /Request\s*\.\s*(Headers\s*(\.\s*Get\s*\(|\[)|QueryString|Params|InputStream|BinaryRead)/
        $header_java = /request\s*\.\s*(getHeader|getInputStream|getParameter)\s*\(/

        $told_net = /Request\s*\.\s*Headers\s*(\.\s*Get\s*\(|\[)\s*"X-/
        $copied_php = /\bstream_copy_to_stream\s*\(|\bfpassthru\s*\(/ nocase
        $input_php = "php://input" nocase
        $told_java = /request\s*\.\s*getHeader\s*\(\s*"X-/
        // kept beyond the request,
        $keep_php = /\bsession_(start|write_close)\s*\(|\$_SESSION\s*\[/
        $keep_net = /\b(Session|Application)\s*(\[|\.\s*Add\s*\(|\.\s*Item|\.\s*Contents)/
        $keep_java = /\b(session|application|getServletContext\s*\(\s*\))\s*\.\s*(setAttribute|getAttribute)\s*\(/

        // with bytes carried both ways.
        $body_php = /file_get_contents\s*\(\s*["']php:\/\/input["']/
        $close_php = /\bsession_write_close\s*\(/
        $stream_php = /php:\/\/input|\bsocket_(read|write|recv|send)\s*\(|\bstream_set_blocking\s*\(|\bf(read|gets)\s*\(\s*\$\w{1,20}\s*,/
        $stream_net = /Request\s*\.\s*(InputStream|BinaryRead)|\.\s*(Receive|Send)\s*\(|Response\s*\.\s*BinaryWrite|GetStream\s*\(/
        $stream_java = /\.\s*(configureBlocking|getOutputStream|getInputStream)\s*\(/
        $loop_php = /\bwhile\s*\(\s*(true|1|!\s*feof|\$\w{1,20}\s*=\s*@?(fread|socket_read)|\$running|\$_SESSION\s*\[)/ nocase

        $verb = /["'](connect|disconnect|forward|read)["']/ nocase
        $status = /["']X-[A-Z]{2,12}["']|\bheader\s*\(\s*["']X-|(Add|Append|set|add)Header\s*\(/ nocase
        $page = /<%|runat\s*=\s*["']?server|HttpServlet\b/ nocase

    condition:
        filesize < 60KB
        and (
            ($socket_php and $body_php and $close_php and $loop_php)
            or ($socket_php and $header_php and $keep_php and $stream_php and ($loop_php or $status or #verb > 2))
            or ($page and $socket_net and $header_net and $keep_net and any of ($stream_net, $told_net) and (any of ($status, $told_net) or #verb > 2))
            or ($socket_php and $header_php and $copied_php and $input_php and filesize < 4KB)
            or ($page and $socket_java and $header_java and $keep_java and any of ($stream_java, $told_java) and (any of ($status, $told_java) or #verb > 2))
        )
}
