<%@ Page Language="C#" AutoEventWireup="true" Title="Druck" %>
<%@ Import Namespace="System.Diagnostics" %>
<%@ Import Namespace="System.IO" %>
<%@ Import Namespace="System.Configuration" %>
<script runat="server">

    // Erzeugt aus einem Auftrag ein PDF. Das Werkzeug und alle Schalter stehen fest,
    // vom Aufrufer kommt nur die Auftragsnummer, und die ist eine Zahl.
    protected void Page_Load(object sender, EventArgs e)
    {
        int auftrag;
        if (!int.TryParse(Request["auftrag"], out auftrag) || auftrag <= 0)
        {
            Response.StatusCode = 400;
            Response.End();
            return;
        }
        if (!Auftraege.DarfLesen(User.Identity.Name, auftrag))
        {
            Response.StatusCode = 403;
            Response.End();
            return;
        }

        string ziel = Path.Combine(Path.GetTempPath(), "auftrag_" + auftrag + "_" + Guid.NewGuid().ToString("N") + ".pdf");
        ProcessStartInfo start = new ProcessStartInfo();
        start.FileName = ConfigurationManager.AppSettings["PdfTool"];          // C:\Tools\wkhtmltopdf\wkhtmltopdf.exe
        start.Arguments = string.Format("--quiet --page-size A4 \"http://localhost/druck/auftrag.aspx?nr={0}\" \"{1}\"", auftrag, ziel);
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardError = true;

        using (Process p = Process.Start(start))
        {
            string meldung = p.StandardError.ReadToEnd();
            if (!p.WaitForExit(30000))
            {
                p.Kill();
                throw new TimeoutException("Das PDF-Werkzeug antwortet nicht.");
            }
            if (p.ExitCode != 0)
            {
                Trace.Warn("pdf", meldung);
                throw new InvalidOperationException("PDF-Werkzeug: Fehler " + p.ExitCode);
            }
        }

        try
        {
            Response.Clear();
            Response.ContentType = "application/pdf";
            Response.AddHeader("Content-Disposition", "inline; filename=auftrag_" + auftrag + ".pdf");
            Response.BinaryWrite(File.ReadAllBytes(ziel));
            Response.Flush();
        }
        finally
        {
            File.Delete(ziel);
        }
        Response.End();
    }
</script>
