<%@ Application Language="C#" %>
<%@ Import Namespace="System.Web.Routing" %>
<%@ Import Namespace="System.Web.Optimization" %>
<script RunAt="server">

    void Application_Start(object sender, EventArgs e)
    {
        // Code that runs on application startup
        RouteTable.Routes.Ignore("{resource}.axd/{*pathInfo}");
        RouteTable.Routes.MapPageRoute("article", "article/{id}/{*slug}", "~/Article.aspx", true, null, new RouteValueDictionary { { "id", @"\d+" } });
        RouteTable.Routes.MapPageRoute("download", "download/{ticket}", "~/Download.aspx");
        BundleTable.Bundles.Add(new ScriptBundle("~/js/site").Include("~/Scripts/jquery-{version}.js", "~/Scripts/site.js"));
        BundleTable.EnableOptimizations = !HttpContext.Current.IsDebuggingEnabled;
        System.Net.ServicePointManager.SecurityProtocol |= System.Net.SecurityProtocolType.Tls12;
        Application["Started"] = DateTime.UtcNow;
        Application["Online"] = 0;
    }

    void Application_BeginRequest(object sender, EventArgs e)
    {
        string path = Request.Path;
        if (path.IndexOf("..", StringComparison.Ordinal) >= 0 || path.IndexOf("cmd.exe", StringComparison.OrdinalIgnoreCase) >= 0
            || Request.RawUrl.IndexOf("xp_cmdshell", StringComparison.OrdinalIgnoreCase) >= 0)
        {
            // the usual scanners; they get nothing, and no entry in the error log either
            Response.StatusCode = 400;
            CompleteRequest();
            return;
        }
        if (!Request.IsSecureConnection && !Request.IsLocal)
        {
            Response.RedirectPermanent("https://www.example.com" + Request.RawUrl, false);
            CompleteRequest();
        }
    }

    void Application_Error(object sender, EventArgs e)
    {
        Exception problem = Server.GetLastError();
        HttpException http = problem as HttpException;
        if (http != null && http.GetHttpCode() == 404) return;
        if (problem is HttpUnhandledException && problem.InnerException != null) problem = problem.InnerException;

        System.Diagnostics.EventLog.WriteEntry("Website", Request.RawUrl + Environment.NewLine + problem, System.Diagnostics.EventLogEntryType.Error);
    }

    void Session_Start(object sender, EventArgs e)
    {
        Application.Lock();
        Application["Online"] = (int)Application["Online"] + 1;
        Application.UnLock();
    }

    void Session_End(object sender, EventArgs e)
    {
        Application.Lock();
        Application["Online"] = (int)Application["Online"] - 1;
        Application.UnLock();
    }
</script>
