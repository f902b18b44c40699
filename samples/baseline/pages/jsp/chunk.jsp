<%@ page import="java.io.*, java.util.UUID" contentType="application/json" %><%
    // Resumable upload: PUT chunk.jsp?id=<uuid>&offset=<n>, body = bytes. The parts stay in a folder that is not served.
    File dir = new File(System.getProperty("upload.dir"));
    String id = request.getParameter("id");
    if ("POST".equals(request.getMethod())) {
        UUID fresh = UUID.randomUUID();
        new File(dir, fresh + ".part").createNewFile();
        session.setAttribute("upload", fresh.toString());
        out.print("{\"id\":\"" + fresh + "\"}");
        return;
    }
    if (id == null || !id.equals(session.getAttribute("upload"))) {
        response.sendError(403);
        return;
    }
    File part = new File(dir, UUID.fromString(id) + ".part");
    long offset = Long.parseLong(request.getParameter("offset"));
    if (offset != part.length() || offset > 2L << 30) {
        response.setStatus(409);
        out.print("{\"offset\":" + part.length() + "}");
        return;
    }
    RandomAccessFile file = new RandomAccessFile(part, "rw");
    try {
        file.seek(offset);
        InputStream body = request.getInputStream();
        byte[] buffer = new byte[65536];
        int n;
        while ((n = body.read(buffer)) != -1) {
            file.write(buffer, 0, n);
        }
    } finally {
        file.close();
    }
    if ("1".equals(request.getParameter("last"))) {
        File done = new File(dir, id + ".bin");
        part.renameTo(done);
        session.removeAttribute("upload");
    }
    out.print("{\"offset\":" + (part.exists() ? part.length() : -1) + "}");
%>
