<%@ Page Language="C#" Debug="false" Trace="false" %>
<%@ Import Namespace="System.Data" %>
<%@ Import Namespace="System.Data.SqlClient" %>
<%@ Import Namespace="System.IO" %>
<%@ Import Namespace="System.Text" %>
<script runat="server">
  // Saved queries for the accounting department. The statements are files in App_Data\queries (*.sql),
  // written by the DBA; people choose one of them and fill in its parameters.
  string Folder { get { return Server.MapPath("~/App_Data/queries"); } }

  void Page_Load(object o, EventArgs e)
  {
    if (IsPostBack) return;
    foreach (FileInfo f in new DirectoryInfo(Folder).GetFiles("*.sql"))
      Query.Items.Add(new ListItem(Path.GetFileNameWithoutExtension(f.Name)));
  }

  void Run_Click(object o, EventArgs e)
  {
    ListItem chosen = Query.Items.FindByText(Query.SelectedValue);
    if (chosen == null) return;
    string sql = File.ReadAllText(Path.Combine(Folder, chosen.Text + ".sql"), Encoding.UTF8);
    using (SqlConnection con = new SqlConnection(ConfigurationManager.ConnectionStrings["readonly"].ConnectionString))
    using (SqlCommand cmd = new SqlCommand(sql, con))
    {
      cmd.CommandTimeout = 120;
      foreach (string line in Parameters.Text.Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries))
      {
        string[] pair = line.Trim().Split(new[] { '=' }, 2);
        if (pair.Length == 2) cmd.Parameters.AddWithValue("@" + pair[0].Trim().TrimStart('@'), pair[1].Trim());
      }
      con.Open();
      DataTable table = new DataTable();
      table.Load(cmd.ExecuteReader());
      Result.DataSource = table;
      Result.DataBind();
      Info.Text = string.Format("{0} rows", table.Rows.Count);
      if (AsCsv.Checked) Csv(table, chosen.Text);
    }
  }

  void Csv(DataTable t, string name)
  {
    Response.Clear();
    Response.ContentType = "text/csv";
    Response.AddHeader("Content-Disposition", "attachment; filename=" + name + ".csv");
    foreach (DataRow r in t.Rows)
    {
      for (int i = 0; i < t.Columns.Count; i++)
        Response.Write((i > 0 ? ";" : "") + "\"" + Convert.ToString(r[i]).Replace("\"", "\"\"") + "\"");
      Response.Write("\r\n");
    }
    Response.End();
  }
</script>
<html><body><form runat="server">
  <asp:DropDownList ID="Query" runat="server" />
  <asp:TextBox ID="Parameters" runat="server" TextMode="MultiLine" Rows="4" Columns="40" Text="from=2026-01-01" />
  <asp:CheckBox ID="AsCsv" runat="server" Text="CSV" />
  <asp:Button runat="server" Text="Execute" OnClick="Run_Click" />
  <asp:Label ID="Info" runat="server" />
  <asp:GridView ID="Result" runat="server" />
</form></body></html>
