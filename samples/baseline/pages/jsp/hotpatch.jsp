<%@ page import="java.io.*,java.nio.file.*,java.security.*,java.util.*" %>
<%!
    /** Loads the rule classes of the tax module, which are replaced each January without a restart; see WEB-INF/rules. */
    static final class RuleLoader extends ClassLoader {
        private final Path folder;
        private final Properties digests;

        RuleLoader(Path folder, Properties digests, ClassLoader parent) {
            super(parent);
            this.folder = folder;
            this.digests = digests;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try {
                byte[] code = Files.readAllBytes(folder.resolve(name.replace('.', '/') + ".class"));
                String digest = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(code));
                if (!digest.equals(digests.getProperty(name))) {
                    throw new ClassNotFoundException(name + ": not the released class");
                }
                return defineClass(name, code, 0, code.length);
            } catch (IOException | GeneralSecurityException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
%>
<%
    Integer year = Integer.valueOf(request.getParameter("year") == null ? "2026" : request.getParameter("year"));
    Properties digests = new Properties();
    try (InputStream in = application.getResourceAsStream("/WEB-INF/rules/released.properties")) {
        digests.load(in);
    }
    Path folder = Paths.get(application.getRealPath("/WEB-INF/rules"));
    RuleLoader loader = new RuleLoader(folder, digests, getClass().getClassLoader());
    Object rules = loader.loadClass("com.example.tax.Rules" + year).newInstance();
    application.setAttribute("tax.rules." + year, rules);
%>
<p>Rules for <%= year %>: <%= rules %></p>
<ul><% for (String name : new TreeSet<String>(digests.stringPropertyNames())) { %><li><%= name %></li><% } %></ul>
