<%@ Page Language="C#" AutoEventWireup="true" EnableSessionState="false" EnableViewState="false" %>
<%@ Import Namespace="System.Net" %>
<%@ Import Namespace="System.Web.Security.AntiXss" %>
<script runat="server">
    // Front end error page. It has to work when everything else does not: no code-behind, no database, no session.
    private int httpCode = 500;
    private string errorHeader = "Something went wrong";
    private string errorSubHeader = "Sorry, we can't get that information right now. Please try again later.";
    private string details = string.Empty;

    protected override void OnInit(EventArgs e)
    {
        base.OnInit(e);
        Response.TrySkipIisCustomErrors = true;
        Response.Cache.SetCacheability(HttpCacheability.NoCache);

        if (!int.TryParse(Request.QueryString["httpCode"], out httpCode) || httpCode < 400 || httpCode > 599)
        {
            httpCode = 500;
        }
        switch (Request.QueryString["msg"])
        {
            case "NonExistentMailbox":
                errorHeader = "A mailbox couldn't be found";
                errorSubHeader = "You may not have permission to open this mailbox.";
                break;
            case "MailboxOffline":
                errorHeader = "Your mailbox is offline";
                errorSubHeader = "An administrator is working on the database.";
                break;
            case "CookieDisabled":
                errorHeader = "Cookies are turned off";
                break;
        }
        string server = Request.QueryString["fe"];
        if (!string.IsNullOrEmpty(server) && server.Length < 64)
        {
            details = string.Format("X-FEServer: {0}\r\nDate: {1:u}\r\nX-ClientId: {2}", server, DateTime.UtcNow, Request.Cookies["ClientId"] == null ? "-" : Request.Cookies["ClientId"].Value);
        }
        Response.StatusCode = (int)(HttpStatusCode)httpCode;
        Response.AppendHeader("X-Content-Type-Options", "nosniff");
    }
</script>
<html>
<head>
    <title><%= AntiXssEncoder.HtmlEncode(errorHeader, false) %></title>
    <style type="text/css">
        .header { font-size: 30px; color: #0072c6; }
        .details { font-family: Consolas, monospace; white-space: pre; display: none; }
    </style>
    <script type="text/javascript">
        function toggle() { var d = document.getElementById('dt').style; d.display = d.display == 'block' ? 'none' : 'block'; }
    </script>
</head>
<body>
    <div class="sad">:-(</div>
    <div class="header"><%= AntiXssEncoder.HtmlEncode(errorHeader, false) %></div>
    <p><%= AntiXssEncoder.HtmlEncode(errorSubHeader, false) %></p>
    <a href="javascript:toggle()">more details...</a>
    <div class="details" id="dt"><%= AntiXssEncoder.HtmlEncode(details, false) %></div>
    <p><a href="/mail/">Refresh the page</a></p>
</body>
</html>
