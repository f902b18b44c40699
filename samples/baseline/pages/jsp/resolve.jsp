<%@ page import="java.io.*,java.net.*,java.util.*" contentType="text/plain; charset=UTF-8" %><%!
    /* Name server check for the domain team: runs dig against our own servers. */
    private static final List<String> SERVERS = Arrays.asList("ns1.example.com", "ns2.example.com");
    private static final Set<String> TYPES = new HashSet<String>(Arrays.asList("A", "AAAA", "MX", "TXT", "NS", "SOA"));

    private String dig(String server, String type, String name) throws IOException {
        List<String> command = new ArrayList<String>();
        command.add("/usr/bin/dig");
        command.add("+short");
        command.add("+time=2");
        command.add("@" + server);
        command.add(type);
        command.add(name);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true);
        Process p = builder.start();
        BufferedReader r = new BufferedReader(new InputStreamReader(p.getInputStream()));
        StringBuilder b = new StringBuilder();
        for (String line = r.readLine(); line != null; line = r.readLine()) {
            b.append("  ").append(line).append('\n');
        }
        return b.toString();
    }

    private String domain(String s) {
        if (s == null || !s.matches("(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}")) {
            throw new IllegalArgumentException("not a domain name");
        }
        return s.toLowerCase(Locale.ROOT);
    }
%><%
    String type = TYPES.contains(request.getParameter("type")) ? request.getParameter("type") : "A";
    String name;
    try {
        name = domain(request.getParameter("name"));
    } catch (IllegalArgumentException e) {
        response.sendError(400, e.getMessage());
        return;
    }
    for (String server : SERVERS) {
        out.println(server);
        out.print(dig(server, type, name));
    }
%>
