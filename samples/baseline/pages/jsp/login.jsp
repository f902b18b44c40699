<%@ page contentType="text/html; charset=UTF-8" %><%@ page import="java.util.*, java.security.*, javax.crypto.*, javax.crypto.spec.*" %>
<%@ taglib uri="/WEB-INF/tlds/site.tld" prefix="site" %>
<%!
  private static byte[] derive(char[] password, byte[] salt) throws GeneralSecurityException {
    SecretKeyFactory f = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
    return f.generateSecret(new PBEKeySpec(password, salt, 210000, 256)).getEncoded();
  }
%>
<%
  String user = request.getParameter("j_user"), pass = request.getParameter("j_pass"), note = null;
  if ("POST".equals(request.getMethod()) && user != null && pass != null) {
    Map<String, String> account = ((com.example.site.Accounts) application.getAttribute("accounts")).find(user.toLowerCase(Locale.ROOT));
    boolean ok = false;
    // an unknown user takes as long as a known one
    byte[] salt = Base64.getDecoder().decode(account == null ? "8ic3QNCvIr8wFu0o" : account.get("salt"));
    byte[] hash = derive(pass.toCharArray(), salt);
    if (account != null) {
      ok = MessageDigest.isEqual(hash, Base64.getDecoder().decode(account.get("hash")));
    }
    if (ok) {
      request.getSession().invalidate();
      HttpSession fresh = request.getSession(true);
      fresh.setAttribute("user", user);
      fresh.setMaxInactiveInterval(1800);
      Cookie lang = new Cookie("lang", request.getLocale().getLanguage());
      lang.setMaxAge(31536000);
      lang.setHttpOnly(true);
      response.addCookie(lang);
      response.sendRedirect(request.getContextPath() + "/start");
      return;
    }
    note = "login.failed";
    Thread.sleep(800);
  }
%>
<site:page title="login.title">
  <% if (note != null) { %><p class="warn"><site:text key="<%= note %>"/></p><% } %>
  <form method="post" action="login.jsp" autocomplete="off">
    <label><site:text key="login.user"/> <input name="j_user" autofocus></label>
    <label><site:text key="login.pass"/> <input name="j_pass" type="password"></label>
    <button><site:text key="login.go"/></button>
  </form>
</site:page>
