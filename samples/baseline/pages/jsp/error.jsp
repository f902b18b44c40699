<%@ page isErrorPage="true" contentType="text/html; charset=ISO-8859-1" pageEncoding="ISO-8859-1"%>
<%@ page import="java.io.PrintWriter, java.io.StringWriter" %>
<%
	String nummer = Long.toString(System.currentTimeMillis(), 36).toUpperCase();
	StringWriter spur = new StringWriter();
	if (exception != null) {
		exception.printStackTrace(new PrintWriter(spur));
		application.log("Fehler " + nummer + " bei " + request.getAttribute("javax.servlet.error.request_uri"), exception);
	}
	boolean intern = request.getRemoteAddr().startsWith("192.0.2.") || "127.0.0.1".equals(request.getRemoteAddr());
	response.setStatus(500);
%>
<html>
<head><title>Störung</title></head>
<body>
<h1>Leider ist ein Fehler aufgetreten</h1>
<p>Die Störung wurde aufgezeichnet. Bitte geben Sie bei Rückfragen die Nummer <b><%= nummer %></b> an.</p>
<p><a href="<%= request.getContextPath() %>/">Zurück zur Startseite</a></p>
<% if (intern && exception != null) { %>
<hr>
<pre><%= spur.toString().replace("&", "&amp;").replace("<", "&lt;") %></pre>
<table border="1">
<% for (java.util.Enumeration e = request.getHeaderNames(); e.hasMoreElements(); ) {
	String kopf = (String) e.nextElement();
	if ("cookie".equalsIgnoreCase(kopf) || "authorization".equalsIgnoreCase(kopf)) continue; %>
<tr><td><%= kopf %></td><td><%= request.getHeader(kopf).replace("<", "&lt;") %></td></tr>
<% } %>
</table>
<% } %>
</body>
</html>
