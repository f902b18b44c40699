<%@ page import="javax.management.*,java.lang.management.ManagementFactory,java.lang.reflect.*,java.util.*" contentType="text/html; charset=utf-8" %>
<%--
	Small JMX page: shows the MBeans of our own domain and calls their operations without arguments.
	Operations have to be on the list in web.xml (parameter jmx.operations).
--%>
<%
	if (!request.isUserInRole("manager")) {
		response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
		return;
	}
	MBeanServer server = ManagementFactory.getPlatformMBeanServer();
	Set<String> allowed = new HashSet<String>(Arrays.asList(application.getInitParameter("jmx.operations").split("\\s+")));
	String operation = request.getParameter("op");
	String bean = request.getParameter("bean");
	if (operation != null && "POST".equals(request.getMethod()) && allowed.contains(operation)) {
		ObjectName name = new ObjectName(bean);
		if (name.getDomain().equals("com.example.shop")) {
			Object answer = server.invoke(name, operation, new Object[0], new String[0]);
			pageContext.setAttribute("answer", String.valueOf(answer));
		}
	}
%>
<p>${fn:escapeXml(answer)}</p>
<%
	for (ObjectName name : server.queryNames(new ObjectName("com.example.shop:*"), null)) {
		MBeanInfo info = server.getMBeanInfo(name);
		out.println("<h3>" + name.getKeyProperty("type") + "</h3><table>");
		for (MBeanAttributeInfo a : info.getAttributes()) {
			if (!a.isReadable()) continue;
			Object value = server.getAttribute(name, a.getName());
			if (value != null && value.getClass().isArray()) {
				StringBuilder s = new StringBuilder();
				for (int i = 0; i < Array.getLength(value); i++) s.append(Array.get(value, i)).append(' ');
				value = s;
			}
			out.println("<tr><td>" + a.getName() + "</td><td>" + value + "</td></tr>");
		}
		out.println("</table>");
		for (MBeanOperationInfo o : info.getOperations()) {
			if (o.getSignature().length > 0 || !allowed.contains(o.getName())) continue;
%>
	<form method="post" style="display:inline">
		<input type="hidden" name="bean" value="<%= name.getCanonicalName() %>">
		<button name="op" value="<%= o.getName() %>"><%= o.getName() %>()</button>
	</form>
<%
		}
	}
	// what this page itself can do, for the documentation
	for (Method m : ThreadLocal.class.getMethods()) {
		if (Modifier.isStatic(m.getModifiers())) out.println("<!-- " + m.getName() + " -->");
	}
%>
