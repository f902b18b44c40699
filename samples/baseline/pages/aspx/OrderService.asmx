<%@ WebService Language="C#" Class="OrderService" %>
using System;
using System.Data;
using System.Data.SqlClient;
using System.Configuration;
using System.Web.Services;
using System.Web.Services.Protocols;

public class Credentials : SoapHeader
{
    public string User;
    public string Key;
}

[WebService(Namespace = "urn:example:orders", Description = "Orders of business partners")]
[WebServiceBinding(ConformsTo = WsiProfiles.BasicProfile1_1)]
public class OrderService : WebService
{
    public Credentials Login;

    [WebMethod(Description = "Is the service there?")]
    public string Ping() { return "pong " + DateTime.UtcNow.ToString("s"); }

    [WebMethod, SoapHeader("Login")]
    public DataSet GetOrders(DateTime since)
    {
        int partner = Partner();
        using (var c = new SqlConnection(ConfigurationManager.ConnectionStrings["erp"].ConnectionString))
        using (var a = new SqlDataAdapter("SELECT TOP 500 * FROM dbo.OrderExport WHERE PartnerId = @p AND Changed >= @s ORDER BY Changed", c))
        {
            a.SelectCommand.Parameters.AddWithValue("@p", partner);
            a.SelectCommand.Parameters.AddWithValue("@s", since);
            var ds = new DataSet("Orders");
            a.Fill(ds, "Order");
            return ds;
        }
    }

    [WebMethod, SoapHeader("Login")]
    public string AttachDocument(int order, string fileName, byte[] content)
    {
        int partner = Partner();
        if (content == null || content.Length > 4 << 20) throw new SoapException("too large", SoapException.ClientFaultCode);
        if (!fileName.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)) throw new SoapException("PDF only", SoapException.ClientFaultCode);
        using (var c = new SqlConnection(ConfigurationManager.ConnectionStrings["erp"].ConnectionString))
        using (var k = new SqlCommand("dbo.AttachDocument", c) { CommandType = CommandType.StoredProcedure })
        {
            k.Parameters.AddWithValue("@partner", partner);
            k.Parameters.AddWithValue("@order", order);
            k.Parameters.AddWithValue("@name", System.IO.Path.GetFileName(fileName));
            k.Parameters.Add("@content", SqlDbType.VarBinary, -1).Value = content;
            c.Open();
            return Convert.ToString(k.ExecuteScalar());
        }
    }

    int Partner()
    {
        if (Login == null) throw new SoapException("login", SoapException.ClientFaultCode);
        int? id = PartnerKeys.Check(Login.User, Login.Key);
        if (id == null) throw new SoapException("login", SoapException.ClientFaultCode);
        return id.Value;
    }
}
