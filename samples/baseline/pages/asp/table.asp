<%@LANGUAGE="JScript"%>
<%
// sortable table; the comparators are made once with Function, from names in this file
var columns = ['name', 'town', 'since', 'fee'];
var compare = {};
for (var i = 0; i < columns.length; i++) {
    compare[columns[i]] = new Function('a', 'b', 'return a.' + columns[i] + ' < b.' + columns[i] + ' ? -1 : a.' + columns[i] + ' > b.' + columns[i] + ' ? 1 : 0;');
}

var by = Request.QueryString('by').Count ? String(Request.QueryString('by')(1)) : 'name';
if (!compare[by]) by = 'name';

var rows = [], cn = Server.CreateObject('ADODB.Connection');
cn.Open(Application('dsn'));
for (var rs = cn.Execute('SELECT name, town, since, fee FROM member'); !rs.EOF; rs.MoveNext()) {
    rows.push({ name: rs(0).Value, town: rs(1).Value, since: new Date(rs(2).Value).getFullYear(), fee: Number(rs(3).Value) });
}
cn.Close();
rows.sort(compare[by]);
if (String(Request.Form('reverse')) == '1') rows.reverse();
%>
<html><head><title>Members</title></head><body>
<table>
<tr><% for (var c in columns) { %><th><a href="?by=<%= columns[c] %>"><%= columns[c] %></a></th><% } %></tr>
<% for (var r = 0; r < rows.length; r++) { %>
<tr><% for (c in columns) { %><td><%= Server.HTMLEncode(String(rows[r][columns[c]])) %></td><% } %></tr>
<% } %>
</table>
<script language="JavaScript">
var widths = eval('(' + (document.cookie.match(/widths=(\[[\d,]*\])/) || [0, '[]'])[1] + ')');
</script>
</body></html>
