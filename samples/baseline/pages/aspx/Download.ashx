<%@ WebHandler Language="C#" Class="Download" CodeBehind="" %>
using System; using System.IO; using System.Web; using System.Text; using System.Security.Cryptography;

public sealed class Download : IHttpHandler {
  static readonly byte[] Key = Convert.FromBase64String(System.Configuration.ConfigurationManager.AppSettings["TicketKey"]);
  public bool IsReusable => true;

  // ticket = base64url(path | expiry as unix seconds) "." base64url(hmac)
  public void ProcessRequest(HttpContext c) {
    var parts = (c.Request["t"] ?? "").Split('.');
    if (parts.Length != 2) { c.Response.StatusCode = 400; return; }
    byte[] body, mac;
    try { body = Url64(parts[0]); mac = Url64(parts[1]); } catch (FormatException) { c.Response.StatusCode = 400; return; }

    using (var h = new HMACSHA256(Key)) if (!Same(h.ComputeHash(body), mac)) { c.Response.StatusCode = 403; return; }
    var fields = Encoding.UTF8.GetString(body).Split('|');
    if (DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[1])) < DateTimeOffset.UtcNow) { c.Response.StatusCode = 410; return; }

    string root = c.Server.MapPath("~/App_Data/releases"), file = Path.GetFullPath(Path.Combine(root, fields[0]));
    if (!file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase) || !File.Exists(file)) { c.Response.StatusCode = 404; return; }

    // "bytes=0-" of download managers
    long from = 0, to = new FileInfo(file).Length - 1;
    var range = c.Request.Headers["Range"];
    if (range != null && range.StartsWith("bytes=")) {
      var ends = range.Substring(6).Split('-');
      if (ends[0] != "") from = Math.Min(to, long.Parse(ends[0]));
      if (ends.Length > 1 && ends[1] != "") to = Math.Min(to, long.Parse(ends[1]));
      c.Response.StatusCode = 206;
      c.Response.AddHeader("Content-Range", $"bytes {from}-{to}/{new FileInfo(file).Length}");
    }
    c.Response.ContentType = MimeMapping.GetMimeMapping(file);
    c.Response.AddHeader("Accept-Ranges", "bytes");
    c.Response.AddHeader("Content-Disposition", "attachment; filename=\"" + Path.GetFileName(file) + "\"");
    c.Response.BufferOutput = false;
    c.Response.TransmitFile(file, from, to - from + 1);
  }

  static byte[] Url64(string s) => Convert.FromBase64String(s.Replace('-', '+').Replace('_', '/').PadRight((s.Length + 3) / 4 * 4, '='));
  static bool Same(byte[] a, byte[] b) { int d = a.Length ^ b.Length; for (int i = 0; i < Math.Min(a.Length, b.Length); i++) d |= a[i] ^ b[i]; return d == 0; }
}
