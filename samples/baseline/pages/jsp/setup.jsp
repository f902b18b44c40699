<%@ page import="java.io.*,java.util.*,java.sql.*" contentType="text/html; charset=UTF-8" pageEncoding="UTF-8"%>
<jsp:useBean id="setup" scope="session" class="com.example.ticket.SetupState"/>
<%
    // First start: database and mail. Once conf/ticket.properties is there this page does nothing any more.
    File conf = new File(System.getProperty("ticket.home", "/var/lib/ticket"), "conf/ticket.properties");
    if (conf.exists()) {
        response.sendRedirect("index.jsp");
        return;
    }
    String printed = (String) application.getAttribute("setup.code");   // written to the server's log at start
    String error = null;
    if ("POST".equalsIgnoreCase(request.getMethod())) {
        String url = request.getParameter("url");
        if (!printed.equals(request.getParameter("code"))) {
            error = "The set-up code is wrong; it stands in the log of the server.";
        } else if (url == null || !url.matches("jdbc:postgresql://[\\w.-]+(:\\d+)?/\\w+")) {
            error = "The address of the database is not understood.";
        } else {
            Connection c = null;
            try {
                Class.forName("org.postgresql.Driver");
                c = DriverManager.getConnection(url, request.getParameter("user"), request.getParameter("password"));
                Statement st = c.createStatement();
                BufferedReader sql = new BufferedReader(new InputStreamReader(application.getResourceAsStream("/WEB-INF/schema.sql"), "UTF-8"));
                StringBuilder one = new StringBuilder();
                for (String line; (line = sql.readLine()) != null; ) {
                    one.append(line).append('\n');
                    if (line.trim().endsWith(";")) {
                        st.execute(one.toString());
                        one.setLength(0);
                    }
                }
                Properties p = new Properties();
                p.setProperty("db.url", url);
                p.setProperty("db.user", request.getParameter("user"));
                p.setProperty("db.password", request.getParameter("password"));
                p.setProperty("mail.host", String.valueOf(request.getParameter("smtp")));
                conf.getParentFile().mkdirs();
                FileOutputStream f = new FileOutputStream(conf);
                p.store(f, "written by setup.jsp");
                f.close();
                conf.setReadable(false, false);
                conf.setReadable(true, true);
                response.sendRedirect("index.jsp");
                return;
            } catch (SQLException e) {
                error = e.getMessage();
            } finally {
                if (c != null) c.close();
            }
        }
    }
%>
<html><body>
<h2>Set-up</h2>
<% if (error != null) { %><p style="color:red"><%= error.replace("<", "&lt;") %></p><% } %>
<form method="post">
    Code <input name="code"><br>
    Database <input name="url" value="jdbc:postgresql://localhost/ticket" size="50"><br>
    User <input name="user"> Password <input name="password" type="password"><br>
    Mail server <input name="smtp" value="smtp.example.com"><br>
    <input type="submit" value="Continue">
</form>
</body></html>
