<%@ page language="java" import="java.io.*,java.util.*,java.util.regex.*" contentType="text/html;charset=UTF-8" %>
<%
	// 日志查看：只列出日志目录中的 *.log 文件，显示最后若干行。
	if (!request.isUserInRole("admin")) { response.sendError(403); return; }

	File dir = new File(System.getProperty("catalina.base"), "logs");
	String[] names = dir.list(new FilenameFilter() {
		public boolean accept(File d, String n) { return n.matches("[\\w.-]+\\.(log|txt|out)"); }
	});
	Arrays.sort(names);

	String name = request.getParameter("file");
	int lines = 200;
	try { lines = Math.min(5000, Integer.parseInt(request.getParameter("lines"))); } catch (Exception ignored) { }
	String grep = request.getParameter("grep");
	LinkedList<String> tail = new LinkedList<String>();

	if (name != null && Arrays.asList(names).contains(name)) {
		RandomAccessFile raf = new RandomAccessFile(new File(dir, name), "r");
		try {
			raf.seek(Math.max(0, raf.length() - 400L * lines));
			raf.readLine();
			for (String line; (line = raf.readLine()) != null; ) {
				line = new String(line.getBytes("ISO-8859-1"), "UTF-8");
				if (grep == null || grep.isEmpty() || line.contains(grep)) {
					tail.add(line);
					if (tail.size() > lines) tail.removeFirst();
				}
			}
		} finally {
			raf.close();
		}
	}
%>
<html><head><title>日志</title><style>.ERROR,.SEVERE{color:#c00}.WARN{color:#b60}pre{margin:0}</style></head><body>
<form>
	<select name="file"><% for (String n : names) { %><option <%= n.equals(name) ? "selected" : "" %>><%= n %></option><% } %></select>
	<input name="lines" value="<%= lines %>" size="5">
	<input name="grep" value="<%= grep == null ? "" : grep.replace("\"", "&quot;") %>">
	<input type="submit" value="显示">
</form>
<%
	Pattern level = Pattern.compile("\\b(ERROR|SEVERE|WARN)");
	for (String line : tail) {
		Matcher m = level.matcher(line);
		out.println("<pre class=\"" + (m.find() ? m.group(1) : "") + "\">" + line.replace("&", "&amp;").replace("<", "&lt;") + "</pre>");
	}
%>
</body></html>
