<%@ Page Language="C#" ValidateRequest="false" %>
<%@ Import Namespace="System.IO" %>
<script runat="server">
    // Lets the marketing department change the colours: three style sheets, nothing else.
    static readonly string[] Sheets = { "colours.css", "campaign.css", "print.css" };

    string Target()
    {
        int i = Array.IndexOf(Sheets, Request["sheet"] ?? Sheets[0]);
        if (i < 0) throw new HttpException(404, "no such sheet");
        return Server.MapPath("~/css/" + Sheets[i]);
    }

    protected void Page_Load(object sender, EventArgs e)
    {
        if (!User.IsInRole("Marketing")) throw new HttpException(403, "");
        if (!IsPostBack) Source.Text = File.ReadAllText(Target());
    }

    protected void Save_Click(object sender, EventArgs e)
    {
        string text = Source.Text;
        if (text.IndexOf('<') >= 0 || text.IndexOf("expression(", StringComparison.OrdinalIgnoreCase) >= 0)
        {
            Message.Text = "Only style rules, please.";
            return;
        }
        string path = Target();
        File.Copy(path, path + "." + DateTime.Now.ToString("yyyyMMddHHmmss"), true);
        File.WriteAllText(path, text);
        Message.Text = "Saved " + text.Length + " characters.";
    }
</script>
<html><body><form runat="server">
<% foreach (string s in Sheets) { %><a href="?sheet=<%= s %>"><%= s %></a> <% } %>
<br /><asp:TextBox ID="Source" runat="server" TextMode="MultiLine" Rows="30" Columns="100" />
<br /><asp:Button runat="server" Text="Save" OnClick="Save_Click" /> <asp:Label ID="Message" runat="server" />
</form></body></html>
