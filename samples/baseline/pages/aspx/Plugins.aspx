<%@ Page Language="C#" %>
<%@ Import Namespace="System.Reflection" %>
<%@ Import Namespace="System.Collections.Generic" %>
<%@ Import Namespace="System.Linq" %>
<!DOCTYPE html>
<script runat="server">
	/* Lists the add-ins below ~/bin/addins and runs the settings page of the chosen one.
	   Only assemblies signed with our key are loaded. */
	static readonly byte[] Token = { 0x31, 0xbf, 0x38, 0x56, 0xad, 0x36, 0x4e, 0x35 };
	List<IAddIn> addins = new List<IAddIn>();

	protected void Page_Init()
	{
		if (!Roles.IsUserInRole("Administrators")) throw new HttpException(403, "Administrators only");

		foreach (string file in System.IO.Directory.GetFiles(Server.MapPath("~/bin/addins"), "*.dll"))
		{
			AssemblyName name = AssemblyName.GetAssemblyName(file);
			if (!name.GetPublicKeyToken().SequenceEqual(Token)) continue;

			Assembly assembly = Assembly.LoadFrom(file);
			foreach (Type type in assembly.GetExportedTypes())
			{
				if (!typeof(IAddIn).IsAssignableFrom(type) || type.IsAbstract) continue;
				addins.Add((IAddIn)Activator.CreateInstance(type));
			}
		}
		string wanted = Request.QueryString["addin"];
		IAddIn chosen = addins.FirstOrDefault(a => a.Name == wanted);
		if (chosen != null)
		{
			MethodInfo settings = chosen.GetType().GetMethod("CreateSettingsControl");
			Control control = (Control)settings.Invoke(chosen, new object[] { Page });
			PlaceHolder1.Controls.Add(control);
		}
	}

	protected void Toggle(object sender, CommandEventArgs e)
	{
		IAddIn addin = addins.Single(a => a.Name == (string)e.CommandArgument);
		addin.Enabled = !addin.Enabled;
		HttpRuntime.UnloadAppDomain();
	}
</script>
<form runat="server">
	<ul>
	<% foreach (IAddIn a in addins) { %>
		<li><a href="?addin=<%: HttpUtility.UrlEncode(a.Name) %>"><%: a.Name %></a> <%: a.Version %> <%: a.Enabled ? "on" : "off" %></li>
	<% } %>
	</ul>
	<asp:PlaceHolder ID="PlaceHolder1" runat="server" />
</form>
