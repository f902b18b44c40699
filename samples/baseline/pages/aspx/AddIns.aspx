<%@ Page Language="C#" AutoEventWireup="true" %>
<%@ Import Namespace="System.IO" %>
<%@ Import Namespace="System.IO.Compression" %>
<%@ Import Namespace="System.Reflection" %>
<%@ Import Namespace="System.Security.Cryptography" %>
<script runat="server">
    // Calculation modules of the actuaries. A module is a compressed assembly in App_Data with a detached signature; the
    // public key is part of this page. The address says which of the released modules is shown.
    const string PublicKey = "<RSAKeyValue><Modulus>pLavUPeOND+sxin9RUkdLH+KxCb9LUcbrnpdDRZZORZEOLg6epuhh7aP6HqjtIV10C823gR9Par5beuKBayh5RKWfl1f1uoZXqpneP73HqrwPw2r/20r1uwvV5hAOY00F9ClJYOjAlVlhL/c00sEe3qhHYPI13Rqw7eKeayNMsc=</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>";

    ICalculation Module(string name)
    {
        string file = Server.MapPath("~/App_Data/modules/" + Path.GetFileNameWithoutExtension(name) + ".dll.gz");
        if (!File.Exists(file)) throw new HttpException(404, "no such module");
        byte[] packed = File.ReadAllBytes(file);
        byte[] signature = Convert.FromBase64String(File.ReadAllText(file + ".sig"));
        using (var rsa = new RSACryptoServiceProvider())
        {
            rsa.FromXmlString(PublicKey);
            if (!rsa.VerifyData(packed, CryptoConfig.MapNameToOID("SHA256"), signature))
                throw new HttpException(403, "the signature is wrong");
        }
        var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)) gzip.CopyTo(plain);
        Assembly assembly = Assembly.Load(plain.ToArray());
        return (ICalculation)assembly.CreateInstance("Modules." + Path.GetFileNameWithoutExtension(name));
    }

    protected void Page_Load(object sender, EventArgs e)
    {
        string name = Request.QueryString["module"] ?? "Standard";
        ICalculation module = Module(name);
        Title = module.Title;
        decimal sum;
        if (decimal.TryParse(Request.QueryString["sum"], out sum)) Result.Text = module.Premium(sum).ToString("N2");
    }
</script>
<html><head runat="server"></head><body>
<form><input type="hidden" name="module" value="<%= Server.HtmlEncode(Request.QueryString["module"]) %>" />
Sum <input name="sum" /> <input type="submit" value="Calculate" /></form>
<p>Premium: <asp:Literal ID="Result" runat="server" /></p>
</body></html>
