<%@ Language="VBScript" %>
<% Option Explicit
' Scanwarteschlange: Auftrag neu anstossen. Aufgerufen von der Poststelle, nur im Intranet, angemeldet.
Dim nr, sh, rc, cn, rs
If Request.ServerVariables("AUTH_USER") = "" Then
	Response.Status = "401 Unauthorized"
	Response.End
End If

Set cn = Server.CreateObject("ADODB.Connection")
cn.Open Application("scan")

If Request.Form("nr") <> "" Then
	nr = CLng(Request.Form("nr"))
	Set rs = cn.Execute("SELECT mandant FROM auftrag WHERE nr = " & nr)
	If Not rs.EOF Then
		Set sh = Server.CreateObject("WScript.Shell")
		rc = sh.Run("D:\scan\bin\requeue.exe /nr:" & nr & " /mandant:" & CInt(rs("mandant")), 0, True)
		cn.Execute "INSERT INTO protokoll (wer, was, nr, ergebnis) VALUES ('" & Replace(Request.ServerVariables("AUTH_USER"), "'", "''") & "', 'requeue', " & nr & ", " & rc & ")"
		Response.Write "<p>Auftrag " & nr & ": " & IIfText(rc = 0, "angestossen", "Fehler " & rc) & "</p>"
		Set sh = Nothing
	End If
End If

Function IIfText(b, yes, no)
	If b Then IIfText = yes Else IIfText = no
End Function
%>
<form method="post"><table>
<%
Set rs = cn.Execute("SELECT TOP 100 nr, eingang, status FROM auftrag WHERE status <> 'fertig' ORDER BY eingang")
Do Until rs.EOF
	Response.Write "<tr><td>" & rs("nr") & "</td><td>" & rs("eingang") & "</td><td>" & Server.HTMLEncode(rs("status")) & "</td>"
	Response.Write "<td><button name=""nr"" value=""" & rs("nr") & """>neu</button></td></tr>"
	rs.MoveNext
Loop
cn.Close
%>
</table></form>
