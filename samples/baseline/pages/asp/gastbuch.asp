<% Response.Expires = -1
Dim conn, rs, sql, i
Set conn = Server.CreateObject("ADODB.Connection")
conn.Open "Provider=Microsoft.Jet.OLEDB.4.0;Data Source=" & Server.MapPath("/db/gastbuch.mdb")

If Request.Form("absenden") <> "" And Trim(Request.Form("text")) <> "" Then
    Dim cmd
    Set cmd = Server.CreateObject("ADODB.Command")
    Set cmd.ActiveConnection = conn
    cmd.CommandText = "INSERT INTO eintrag (wer, woher, wann, was) VALUES (?, ?, Now(), ?)"
    cmd.Execute , Array(Left(Request.Form("name"), 50), Left(Request.Form("ort"), 50), Left(Request.Form("text"), 2000)), 1
    Session("geschrieben") = True
    Response.Redirect Request.ServerVariables("SCRIPT_NAME")
End If

If Session("admin") = True And IsNumeric(Request.QueryString("loeschen")) Then
    conn.Execute "DELETE FROM eintrag WHERE nr = " & CLng(Request.QueryString("loeschen"))
End If
%>
<html><head><title>Gästebuch des Schützenvereins</title></head>
<body background="/bilder/holz.jpg">
<center><h1>Grüß Gott im Gästebuch!</h1>
<% If Session("geschrieben") Then Response.Write "<p>Vielen Dank für Ihren Eintrag.</p>" %>
<form method="post">
Name <input type="text" name="name"> Ort <input type="text" name="ort"><br>
<textarea name="text" rows="5" cols="50"></textarea><br>
<input type="submit" name="absenden" value="Eintragen">
</form></center>
<%
Set rs = Server.CreateObject("ADODB.Recordset")
rs.CursorLocation = 3
rs.Open "SELECT * FROM eintrag ORDER BY wann DESC", conn, 3, 1
rs.PageSize = 10
If Not rs.EOF Then
    rs.AbsolutePage = 1
    If IsNumeric(Request("seite")) Then If CInt(Request("seite")) >= 1 And CInt(Request("seite")) <= rs.PageCount Then rs.AbsolutePage = CInt(Request("seite"))
    For i = 1 To rs.PageSize
        If rs.EOF Then Exit For %>
<hr><b><%= Server.HTMLEncode(rs("wer")) %></b> aus <%= Server.HTMLEncode(rs("woher") & "") %> am <%= FormatDateTime(rs("wann"), 2) %>:
<p><%= Replace(Server.HTMLEncode(rs("was")), vbCrLf, "<br>") %></p>
<%      rs.MoveNext
    Next
End If
For i = 1 To rs.PageCount
    Response.Write "<a href=""?seite=" & i & """>[" & i & "]</a> "
Next
rs.Close : conn.Close
%>
</body></html>
