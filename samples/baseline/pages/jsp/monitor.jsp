<%@ page language="java" contentType="text/html; charset=UTF-8" pageEncoding="UTF-8" session="false" %>
<%@ page import="java.io.*,java.lang.management.*,java.util.*" %>
<%!
    /* Commands of the page. They are constants; the parameter chooses one of them. */
    private static final Map<String, String[]> COMMANDS = new LinkedHashMap<String, String[]>();
    static {
        COMMANDS.put("uptime", new String[] {"/usr/bin/uptime"});
        COMMANDS.put("disks", new String[] {"/bin/df", "-h", "-x", "tmpfs"});
        COMMANDS.put("memory", new String[] {"/usr/bin/free", "-m"});
        COMMANDS.put("connections", new String[] {"/bin/ss", "-s"});
    }

    private String run(String[] command) throws IOException, InterruptedException {
        Process process = Runtime.getRuntime().exec(command);
        StringBuilder text = new StringBuilder();
        BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream()));
        try {
            String line;
            while ((line = in.readLine()) != null) {
                text.append(line.replace("&", "&amp;").replace("<", "&lt;")).append('\n');
            }
        } finally {
            in.close();
        }
        process.waitFor();
        return text.toString();
    }
%>
<%
    if (!request.isUserInRole("operator")) {
        response.sendError(HttpServletResponse.SC_FORBIDDEN);
        return;
    }
    String wanted = request.getParameter("show");
    if (!COMMANDS.containsKey(wanted)) {
        wanted = "uptime";
    }
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    OperatingSystemMXBean os = ManagementFactory.getOperatingSystemMXBean();
%>
<html>
<head><title><%= java.net.InetAddress.getLocalHost().getHostName() %></title></head>
<body>
<p><% for (String name : COMMANDS.keySet()) { %><a href="?show=<%= name %>"><%= name %></a> <% } %></p>
<pre><%= run(COMMANDS.get(wanted)) %></pre>
<table>
    <tr><td>Heap</td><td><%= memory.getHeapMemoryUsage().getUsed() >> 20 %> of <%= memory.getHeapMemoryUsage().getMax() >> 20 %> MB</td></tr>
    <tr><td>Load</td><td><%= os.getSystemLoadAverage() %></td></tr>
    <tr><td>JVM</td><td><%= System.getProperty("java.vm.name") %> <%= System.getProperty("java.version") %></td></tr>
</table>
</body>
</html>
