<%@ page pageEncoding="UTF-8" %>
<%@ page import="java.io.File" %>
<%@ page import="java.net.URL" %>
<%@ page import="java.net.URLClassLoader" %>
<%@ page import="java.security.CodeSigner" %>
<%@ page import="java.util.*" %>
<%@ page import="java.util.jar.*" %>
<%@ page import="com.example.wiki.api.Plugin" %>
<%!
    // Only jars that are signed by the certificate in WEB-INF/plugins.cer are loaded.
    boolean signed(File jar, java.security.cert.Certificate by) throws Exception {
        JarFile file = new JarFile(jar, true);
        try {
            for (JarEntry e : Collections.list(file.entries())) {
                if (e.isDirectory() || e.getName().startsWith("META-INF/")) continue;
                java.io.InputStream in = file.getInputStream(e);
                while (in.read(new byte[8192]) != -1) { }
                in.close();
                CodeSigner[] signers = e.getCodeSigners();
                if (signers == null || !signers[0].getSignerCertPath().getCertificates().get(0).equals(by)) return false;
            }
            return true;
        } finally {
            file.close();
        }
    }

    static class PluginLoader extends URLClassLoader {
        PluginLoader(URL[] jars, ClassLoader parent) { super(jars, parent); }

        // plug-ins see the API and nothing of the server
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.apache.catalina.") || name.startsWith("com.example.wiki.internal.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
%>
<%
    java.security.cert.Certificate vendor = java.security.cert.CertificateFactory.getInstance("X.509")
        .generateCertificate(application.getResourceAsStream("/WEB-INF/plugins.cer"));
    List<Plugin> plugins = new ArrayList<Plugin>();
    File[] jars = new File(application.getRealPath("/WEB-INF/plugins")).listFiles();
    for (File jar : jars == null ? new File[0] : jars) {
        if (!jar.getName().endsWith(".jar") || !signed(jar, vendor)) continue;
        PluginLoader loader = new PluginLoader(new URL[] {jar.toURI().toURL()}, Plugin.class.getClassLoader());
        Manifest manifest = new JarFile(jar).getManifest();
        Class<?> type = loader.loadClass(manifest.getMainAttributes().getValue("Plugin-Class"));
        plugins.add((Plugin) type.newInstance());
    }
    application.setAttribute("plugins", plugins);
%>
<ul>
<% for (Plugin p : plugins) { %>
    <li><b><%= p.getName() %></b> <%= p.getVersion() %></li>
<% } %>
</ul>
