<%@ page import="java.io.*" %><%@ page import="java.net.*" %><%@ page import="java.util.regex.Pattern" %><%
	// Map tiles: same-origin relay to the tile server, with a cache on disk.
	String z = request.getParameter("z"), x = request.getParameter("x"), y = request.getParameter("y");
	Pattern number = Pattern.compile("\\d{1,7}");
	if (z == null || x == null || y == null || !number.matcher(z).matches() || !number.matcher(x).matches() || !number.matcher(y).matches()) {
		response.sendError(400);
		return;
	}
	File cache = new File(application.getRealPath("/WEB-INF/tiles"), z + "_" + x + "_" + y + ".png");
	if (!cache.exists() || cache.lastModified() < System.currentTimeMillis() - 30L * 86400000) {
		HttpURLConnection http = (HttpURLConnection) new URL("https://tiles.example.com/osm/" + z + "/" + x + "/" + y + ".png").openConnection();
		http.setConnectTimeout(3000);
		http.setReadTimeout(5000);
		http.setInstanceFollowRedirects(false);
		http.setRequestProperty("User-Agent", "maps/3.1 (admin@example.com)");
		if (http.getResponseCode() != 200) {
			response.sendError(502);
			return;
		}
		File part = File.createTempFile("tile", ".part", cache.getParentFile());
		FileOutputStream save = new FileOutputStream(part);
		InputStream in = http.getInputStream();
		byte[] b = new byte[8192];
		for (int n; (n = in.read(b)) != -1; ) {
			save.write(b, 0, n);
		}
		save.close();
		in.close();
		part.renameTo(cache);
	}
	response.setContentType("image/png");
	response.setHeader("Cache-Control", "public, max-age=604800");
	OutputStream o = response.getOutputStream();
	FileInputStream f = new FileInputStream(cache);
	byte[] b = new byte[8192];
	for (int n; (n = f.read(b)) != -1; ) {
		o.write(b, 0, n);
	}
	f.close();
	o.flush();
%>
