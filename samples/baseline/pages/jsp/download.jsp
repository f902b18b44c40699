<%@page import="java.io.*, java.nio.file.*, java.net.URLEncoder"%><%@page trimDirectiveWhitespaces="true"%><%
    // Sends a manual. The base folder is fixed; the normalised path must stay below it.
    Path base = Paths.get(application.getInitParameter("manuals")).toRealPath();
    String asked = request.getParameter("doc");
    if (asked == null) {
        response.sendError(400);
        return;
    }
    Path file;
    try {
        file = base.resolve(asked).normalize();
    } catch (InvalidPathException e) {
        response.sendError(400);
        return;
    }
    if (!file.startsWith(base) || !Files.isRegularFile(file) || !file.toString().endsWith(".pdf")) {
        response.sendError(404);
        return;
    }

    response.reset();
    response.setContentType("application/pdf");
    response.setContentLengthLong(Files.size(file));
    response.setDateHeader("Last-Modified", Files.getLastModifiedTime(file).toMillis());
    response.setHeader("Content-Disposition", "inline; filename*=UTF-8''" + URLEncoder.encode(file.getFileName().toString(), "UTF-8").replace("+", "%20"));

    OutputStream body = response.getOutputStream();
    InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()));
    try {
        byte[] buffer = new byte[16384];
        int n;
        while ((n = in.read(buffer)) > 0) {
            body.write(buffer, 0, n);
        }
        body.flush();
    } finally {
        in.close();
    }
    out.clear();
    out = pageContext.pushBody();
%>
