<%@ page contentType="application/json" session="false" buffer="none" import="java.sql.*,java.io.File" %>
<%!
    private volatile long lastCheck;
    private volatile boolean lastResult;

    private synchronized boolean database(javax.sql.DataSource pool) {
        long now = System.nanoTime();
        if (now - lastCheck < 5_000_000_000L) return lastResult;
        try (Connection c = pool.getConnection(); Statement s = c.createStatement()) {
            s.setQueryTimeout(2);
            lastResult = s.executeQuery("SELECT 1").next();
        } catch (SQLException e) {
            log("health", e);
            lastResult = false;
        }
        lastCheck = now;
        return lastResult;
    }

    private static String item(String name, boolean ok, Object value) {
        return "\"" + name + "\": {\"ok\": " + ok + ", \"value\": \"" + value + "\"}";
    }
%>
<%
    javax.sql.DataSource pool = (javax.sql.DataSource) new javax.naming.InitialContext().lookup("java:comp/env/jdbc/main");
    File data = new File("/srv/data");
    boolean db = database(pool);
    boolean disk = data.getUsableSpace() > (2L << 30);
    Runtime rt = Runtime.getRuntime();
    boolean heap = rt.totalMemory() - rt.freeMemory() < 0.95 * rt.maxMemory();
    response.setStatus(db && disk && heap ? 200 : 503);
    response.setHeader("Cache-Control", "no-store");
%>
{ <%= item("db", db, lastCheck) %>, <%= item("disk", disk, data.getUsableSpace() >> 20) %>, <%= item("heap", heap, rt.freeMemory() >> 20) %>,
  "cores": <%= rt.availableProcessors() %>, "build": "${initParam['build.number']}" }
