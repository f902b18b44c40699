<%@ page import="java.io.*,java.security.*,java.security.spec.*,java.util.*,java.util.zip.*,javax.crypto.*,javax.crypto.spec.*" contentType="text/html; charset=UTF-8" %>
<%!
  static final String VENDOR = "ClJqZNWM77IcEi5sletoUtVl7YSFYryt+2afvXQeTLUMpPg0pzMRbI+PMpX3AKw73UrmdH67iUvB9uC114t92F3EoqCFBMTD5ocvRSge748caC6zPNDHxzH3EpaKGle/zKWGZ03aKy2VNLkaYsVXzcHIviAaGVYQMFae10SJ2TUndojVl6waenZVl58kDNGOzSNuZiLWFrv5CrBQevGzscLI6ANWTtD1cRA05+npL8UMckxYsndcYj2smcK7Wbmvzaaaz7MDffxPvFkNR8ECYcSCXAbXvAsPqLd6ZFTVGPQwciULDQYPxOpb7RmxuYIVoVPGLw1/URGN72hQiINWCcLaryiKVFORwzczBnY5yKJbO+Deqi9GvVd1XVTJpDhjTC9syEYh";
  static final String PACKED = "fmGO9AEKmODyWxjuO3cTN5dTNYAMXiN/8Vkz8V30sk1IjTc5XXA0+qn0F6etZ3P+FlXiXqfGq4/GHx6NBy6bAJnkC967ylpLZlMIUN8iE6S+N6RUKHLhakHtYc7muUgkBOjR2i1CuvDbhtVVJ4Ifv9ys9pkeL+JHFBL0+hAN6c5z3PpvwMLDOr+gjQB6hL8vdqp5X0Cuc+PKwPiIzflS7WYugSdykKYfWc30mMh1R47RdZcovvol5kmJzHGpP7p44nC4S28c8E2AfwhLm7/fKYVDmEJZcKsGY8yCxbRoObXajegMUalFMNoQ3J1VyCYWN2PC7WhFSV9HsCseRASw9atc/oP25uvC7B9cZnsVbtRmG8ITjQbUdDFQr58ZCcD2mTJb9b1B7fzsSfuhM3xD3+qE8Oq6sY7WZki2rWvdh6ccE9uT2DFxU0dd9vqqaIOe6Pvr4VOlqv8DeEw+HvO+v8NBMbLx5Q+NIbwEnKML0htx4/mzzVK8hBdZQJ0=";

  /* licence = base64( IV | AES-CBC( properties, gzip ) ) "." base64( signature ) */
  Properties open(String licence, String customer) throws GeneralSecurityException, IOException {
    String[] part = licence.trim().split("\\.");
    byte[] sealed = Base64.getMimeDecoder().decode(part[0]);

    Signature check = Signature.getInstance("SHA256withRSA");
    check.initVerify(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(VENDOR))));
    check.update(sealed);
    if (!check.verify(Base64.getMimeDecoder().decode(part[1]))) throw new SignatureException("licence");

    byte[] key = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(customer.getBytes("UTF-8")), 16);
    Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
    aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(sealed, 0, 16));
    Properties p = new Properties();
    p.load(new GZIPInputStream(new ByteArrayInputStream(aes.doFinal(sealed, 16, sealed.length - 16))));
    return p;
  }
%>
<%
  String pasted = request.getParameter("licence");
  Properties licence = (Properties) application.getAttribute("licence");
  if (pasted != null && request.isUserInRole("admin")) {
    try {
      licence = open(pasted, application.getInitParameter("customer"));
      application.setAttribute("licence", licence);
    } catch (GeneralSecurityException e) {
      out.println("<p>This licence is not valid here.</p>");
    }
  }
%>
<% if (licence != null) { %>
<dl>
  <dt>Customer</dt><dd><%= licence.getProperty("name") %></dd>
  <dt>Users</dt><dd><%= licence.getProperty("users") %></dd>
  <dt>Until</dt><dd><%= licence.getProperty("until") %></dd>
</dl>
<% } %>
<form method="post"><textarea name="licence" cols="70" rows="12"></textarea><br><button>Save</button></form>
