<%@ Page Language="C#" Title="Application settings" MasterPageFile="~/admin/Admin.master" %>
<%@ Import Namespace="System.Web.Configuration" %>
<%@ Import Namespace="System.Configuration" %>

<script runat="server">
    private static readonly string[] Editable = { "MailFrom", "PageSize", "ShowBanner", "SupportPhone", "UploadLimitMb" };

    protected void Page_Load(object sender, EventArgs e)
    {
        if (!IsPostBack)
        {
            Bind();
        }
    }

    private void Bind()
    {
        Configuration web = WebConfigurationManager.OpenWebConfiguration(Request.ApplicationPath);
        var list = new System.Collections.Generic.List<object>();
        foreach (string key in Editable)
        {
            KeyValueConfigurationElement x = web.AppSettings.Settings[key];
            list.Add(new { Key = key, Value = x == null ? "" : x.Value });
        }
        Settings.DataSource = list;
        Settings.DataBind();
    }

    protected void Save_Click(object sender, EventArgs e)
    {
        Configuration web = WebConfigurationManager.OpenWebConfiguration(Request.ApplicationPath);
        foreach (RepeaterItem item in Settings.Items)
        {
            string key = ((HiddenField)item.FindControl("Key")).Value;
            string value = ((TextBox)item.FindControl("Value")).Text.Trim();
            if (Array.IndexOf(Editable, key) < 0 || value.Length > 200)
                continue;
            web.AppSettings.Settings.Remove(key);
            web.AppSettings.Settings.Add(key, value);
        }
        ConfigurationSection strings = web.GetSection("connectionStrings");
        if (strings != null && !strings.SectionInformation.IsProtected)
        {
            strings.SectionInformation.ProtectSection("DataProtectionConfigurationProvider");
        }
        web.Save(ConfigurationSaveMode.Modified);
        System.IO.File.AppendAllText(Server.MapPath("~/App_Data/config.log"), string.Format("{0:u} {1} saved the settings{2}", DateTime.UtcNow, User.Identity.Name, Environment.NewLine));
        Saved.Visible = true;
    }
</script>

<asp:Content ContentPlaceHolderID="Body" runat="server">
    <asp:Label ID="Saved" runat="server" Visible="false" CssClass="ok" Text="Saved; the application restarts." />
    <asp:Repeater ID="Settings" runat="server">
        <HeaderTemplate><table></HeaderTemplate>
        <ItemTemplate>
            <tr>
                <td><%# Eval("Key") %><asp:HiddenField ID="Key" runat="server" Value='<%# Eval("Key") %>' /></td>
                <td><asp:TextBox ID="Value" runat="server" Text='<%# Eval("Value") %>' /></td>
            </tr>
        </ItemTemplate>
        <FooterTemplate></table></FooterTemplate>
    </asp:Repeater>
    <asp:Button runat="server" Text="Save" OnClick="Save_Click" />
</asp:Content>
