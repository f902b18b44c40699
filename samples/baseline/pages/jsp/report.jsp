<%@ page import="java.lang.reflect.*, java.util.*" %>
<%@ page import="com.example.report.*" %>
<%!
	/* name in the address -> class of the report */
	static final Map<String, String> REPORTS = new TreeMap<String, String>();
	static {
		REPORTS.put("stock", "com.example.report.StockReport");
		REPORTS.put("aging", "com.example.report.AgingReport");
		REPORTS.put("abc", "com.example.report.AbcAnalysis");
	}
%>
<%
	String which = request.getParameter("r");
	String type = REPORTS.get(which == null ? "stock" : which);
	if (type == null) { response.sendError(404); return; }
	Class<?> c = Class.forName(type);
	Object report = c.getDeclaredConstructor().newInstance();

	// the parameters of a report are its setters: setFrom(String), setBranch(int) ...
	List<String> help = new ArrayList<String>();
	for (Method m : c.getMethods()) {
		if (!m.getName().startsWith("set") || m.getParameterTypes().length != 1 || !m.isAnnotationPresent(Parameter.class)) continue;
		String p = m.getName().substring(3).toLowerCase(Locale.ROOT);
		String v = request.getParameter(p);
		help.add(p);
		if (v == null || v.length() == 0) continue;
		Class<?> wants = m.getParameterTypes()[0];
		m.invoke(report, wants == int.class ? (Object) Integer.valueOf(v) : v);
	}
	Method run = c.getMethod("run", javax.servlet.ServletContext.class);
	Table table = (Table) run.invoke(report, application);
%>
<h2><%= c.getSimpleName() %></h2>
<form><input type="hidden" name="r" value="<%= which == null ? "stock" : REPORTS.containsKey(which) ? which : "" %>">
<% for (String p : help) { %><label><%= p %> <input name="<%= p %>"></label> <% } %>
<button>Run</button></form>
<table>
<% for (Object[] row : table) { %>
<tr><% for (Object cell : row) { %><td><%= Html.escape(cell) %></td><% } %></tr>
<% } %>
</table>
