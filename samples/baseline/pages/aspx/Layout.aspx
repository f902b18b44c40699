<%@ Page Language="JScript" validateRequest="true" %>
<%@ Import Namespace="System.IO" %>
<script runat="server">
    // The layout of the dashboard is a JScript literal in App_Data, written by the build. It is evaluated here without rights.
    var layout;
    function Page_Load() {
        var text = File.ReadAllText(Server.MapPath("~/App_Data/layout.js"));
        layout = eval("(" + text + ")");
    }
    function title(id : String) : String {
        for (var i = 0; i < layout.tiles.length; i++)
            if (layout.tiles[i].id == id) return layout.tiles[i].title;
        return "?";
    }
</script>
<html>
<head><title><%= layout.title %></title></head>
<body>
<%
    var chosen : String = Request.QueryString["tile"];
    for (var i = 0; i < layout.tiles.length; i++) {
        var t = layout.tiles[i];
        if (chosen != null && t.id != chosen) continue;
%>
    <div class="tile" style="width:<%= int(t.width) %>px">
        <h3><%= Server.HtmlEncode(t.title) %></h3>
        <iframe src="<%= Server.HtmlEncode(t.url) %>"></iframe>
    </div>
<%  } %>
<p><a href="?">all</a><% if (chosen != null) { %> &gt; <%= Server.HtmlEncode(title(chosen)) %><% } %></p>
</body>
</html>
