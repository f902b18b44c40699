<%@ Control Language="C#" ClassName="FileLink" %>
<%@ Import Namespace="System.IO" %>
<script runat="server">
	/* Upload-Feld mit Verweis auf die schon gespeicherte Datei; benutzt von den Formularen der Personalabteilung. */
	public string Folder { get; set; }
	public string Accept { get { return (string)ViewState["a"] ?? ".pdf,.docx,.xlsx"; } set { ViewState["a"] = value; } }
	public string StoredName { get { return (string)ViewState["n"]; } set { ViewState["n"] = value; } }

	public bool SaveUpload()
	{
		if (!Upload.HasFile) return StoredName != null;
		string ending = Path.GetExtension(Upload.FileName).ToLowerInvariant();
		if (Array.IndexOf(Accept.Split(','), ending) < 0)
		{
			Problem.Text = "Erlaubt: " + Accept;
			return false;
		}
		if (Upload.PostedFile.ContentLength > 10485760)
		{
			Problem.Text = "Die Datei ist zu gross (10 MB).";
			return false;
		}
		string name = Path.GetRandomFileName().Replace(".", "") + ending;
		string directory = Path.Combine(@"\\files01.example.com\hr$", Folder);
		Directory.CreateDirectory(directory);
		Upload.SaveAs(Path.Combine(directory, name));
		if (StoredName != null && File.Exists(Path.Combine(directory, StoredName)))
			File.Delete(Path.Combine(directory, StoredName));
		StoredName = name;
		return true;
	}

	protected override void OnPreRender(EventArgs e)
	{
		base.OnPreRender(e);
		Link.Visible = StoredName != null;
		Link.NavigateUrl = "~/hr/datei.ashx?ordner=" + HttpUtility.UrlEncode(Folder) + "&datei=" + HttpUtility.UrlEncode(StoredName);
	}
</script>
<asp:FileUpload ID="Upload" runat="server" />
<asp:HyperLink ID="Link" runat="server" Text="gespeicherte Datei" />
<asp:Label ID="Problem" runat="server" ForeColor="Red" EnableViewState="false" />
