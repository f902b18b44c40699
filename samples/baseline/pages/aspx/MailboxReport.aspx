<%@ Page Language="C#" Async="true" AsyncTimeout="180" %>
<%@ Assembly Name="System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35" %>
<%@ Import Namespace="System.Management.Automation" %>
<%@ Import Namespace="System.Management.Automation.Runspaces" %>
<%@ Import Namespace="System.Collections.ObjectModel" %>
<script runat="server">
  // Sizes of the largest mailboxes for the help desk. A constrained remote session with two cmdlets; the database
  // is one of those in the list, everything else of the command is fixed.
  protected override void OnLoad(EventArgs e)
  {
    base.OnLoad(e);
    if (!User.IsInRole(@"EXAMPLE\HelpDesk")) { Response.StatusCode = 403; Response.End(); }
    if (IsPostBack) return;
    foreach (PSObject db in Invoke("Get-MailboxDatabase", null))
      Databases.Items.Add(db.Properties["Name"].Value.ToString());
  }

  Collection<PSObject> Invoke(string cmdlet, string database)
  {
    var connection = new WSManConnectionInfo(new Uri("http://mail01.example.com/powershell"), "http://schemas.microsoft.com/powershell/HelpDeskReport", PSCredential.Empty)
    {
      AuthenticationMechanism = AuthenticationMechanism.Kerberos,
      OperationTimeout = 120000,
    };
    using (Runspace runspace = RunspaceFactory.CreateRunspace(connection))
    using (PowerShell shell = PowerShell.Create())
    {
      runspace.Open();
      shell.Runspace = runspace;
      shell.AddCommand(cmdlet);
      if (database != null) shell.AddParameter("Database", database);
      Collection<PSObject> result = shell.Invoke();
      foreach (ErrorRecord error in shell.Streams.Error) Trace.Warn(cmdlet, error.ToString());
      return result;
    }
  }

  protected void Show(object sender, EventArgs e)
  {
    if (Databases.Items.FindByText(Databases.SelectedValue) == null) return;
    var table = new System.Data.DataTable();
    table.Columns.Add("Mailbox"); table.Columns.Add("Items", typeof(int)); table.Columns.Add("Size");
    foreach (PSObject m in Invoke("Get-MailboxStatistics", Databases.SelectedValue))
      table.Rows.Add(m.Properties["DisplayName"].Value, m.Properties["ItemCount"].Value, m.Properties["TotalItemSize"].Value);
    Grid.DataSource = table;
    Grid.DataBind();
  }
</script>
<form id="f" runat="server">
  <asp:DropDownList ID="Databases" runat="server" />
  <asp:Button ID="Go" runat="server" Text="Show" OnClick="Show" />
  <asp:GridView ID="Grid" runat="server" />
</form>
