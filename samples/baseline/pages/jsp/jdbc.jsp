<%@ page import="java.sql.*,javax.naming.*,javax.sql.DataSource" %>
<%@ page errorPage="/WEB-INF/error.jsp" %>
<%!
String esc(Object o) {
  if (o == null) return "<i>null</i>";
  String s = o.toString();
  if (s.length() > 200) s = s.substring(0, 200) + "...";
  return s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\"", "&quot;");
}
%>
<%
/* SQL window for database administrators. The pool "jdbc/readonly" has SELECT rights on the reporting schema only. */
if (request.getUserPrincipal() == null || !request.isUserInRole("dba")) { response.sendRedirect("login.jsp"); return; }
request.setCharacterEncoding("UTF-8");
String sql = request.getParameter("sql");
String token = (String) session.getAttribute("jdbc.token");
if (token == null) {
  token = java.util.UUID.randomUUID().toString();
  session.setAttribute("jdbc.token", token);
}
%>
<form method="post">
<input type="hidden" name="token" value="<%=token%>">
<textarea name="sql" rows="8" cols="100"><%= sql == null ? "" : esc(sql) %></textarea><br>
<input type="submit" value="Execute query">
</form>
<%
if (sql != null && token.equals(request.getParameter("token"))) {
  DataSource ds = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/readonly");
  Connection c = ds.getConnection();
  try {
    c.setReadOnly(true);
    Statement st = c.createStatement();
    st.setQueryTimeout(30);
    st.setMaxRows(500);
    long t0 = System.currentTimeMillis();
    ResultSet rs = st.executeQuery(sql);
    ResultSetMetaData md = rs.getMetaData();
    out.println("<table border=1><tr>");
    for (int i = 1; i <= md.getColumnCount(); i++) out.print("<th>" + esc(md.getColumnLabel(i)) + "</th>");
    out.println("</tr>");
    int n = 0;
    while (rs.next()) {
      out.print("<tr>");
      for (int i = 1; i <= md.getColumnCount(); i++) out.print("<td>" + esc(rs.getObject(i)) + "</td>");
      out.println("</tr>");
      n++;
    }
    out.println("</table><p>" + n + " rows, " + (System.currentTimeMillis() - t0) + " ms</p>");
    application.log("jdbc.jsp: " + request.getRemoteUser() + ": " + sql.replaceAll("\\s+", " "));
  } catch (SQLException e) {
    out.println("<pre>" + esc(e.getMessage()) + "</pre>");
  } finally {
    c.close();
  }
}
%>
