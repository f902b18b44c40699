<%@ page session="false" contentType="text/plain" import="java.util.Map, java.lang.management.*" trimDirectiveWhitespaces="true" %>
<%
if (!"127.0.0.1".equals(request.getRemoteAddr())) {
    response.sendError(404);
    return;
}
String filter = request.getParameter("state");
ThreadMXBean mx = ManagementFactory.getThreadMXBean();
out.println("Threads: " + mx.getThreadCount() + ", peak " + mx.getPeakThreadCount() + ", started " + mx.getTotalStartedThreadCount());
long[] dead = mx.findDeadlockedThreads();
if (dead != null) {
    out.println("DEADLOCK between " + java.util.Arrays.toString(dead));
}
out.println();
for (Map.Entry<Thread, StackTraceElement[]> e : Thread.getAllStackTraces().entrySet()) {
    Thread t = e.getKey();
    if (filter != null && !t.getState().name().equals(filter)) {
        continue;
    }
    out.println('"' + t.getName() + "\" #" + t.getId() + (t.isDaemon() ? " daemon" : "") + " prio=" + t.getPriority() + ' ' + t.getState());
    ThreadInfo info = mx.getThreadInfo(t.getId());
    if (info != null && info.getLockName() != null) {
        out.println("    waits for " + info.getLockName() + (info.getLockOwnerName() == null ? "" : " of " + info.getLockOwnerName()));
    }
    for (StackTraceElement line : e.getValue()) {
        out.println("    at " + line);
    }
    out.println();
}
%>
