<%@ LANGUAGE = VBScript %>
<%
' Which branch offices can be reached? The hosts are those of the table, the command is always the same ping.
Option Explicit
Dim offices, i, shell, run, text, state, which
offices = Array(Array("Nord", "192.0.2.17"), Array("Sued", "192.0.2.33"), Array("West", "198.51.100.1"), Array("Ost", "203.0.113.9"))

which = -1
If IsNumeric(Request.QueryString("n")) Then which = CInt(Request.QueryString("n"))
If which < -1 Or which > UBound(offices) Then which = -1

Set shell = Server.CreateObject("WScript.Shell")

Function Reach(ip)
	Set run = shell.Exec("%SystemRoot%\system32\ping.exe -n 1 -w 800 " & ip)
	text = run.StdOut.ReadAll
	If InStr(text, "TTL=") > 0 Then
		Reach = "up"
	Else
		Reach = "down"
	End If
	Set run = Nothing
End Function
%>
<html>
<head>
	<meta http-equiv="refresh" content="120">
	<title>Netz</title>
	<style>.up{background:#9f9}.down{background:#f99}</style>
</head>
<body>
<table border="1" cellspacing="0" cellpadding="4">
<tr><th>Standort</th><th>Adresse</th><th>Zustand</th></tr>
<%
For i = 0 To UBound(offices)
	If which = -1 Or which = i Then
		state = Reach(offices(i)(1))
		Response.Write "<tr class=""" & state & """><td><a href=""?n=" & i & """>" & offices(i)(0) & "</a></td><td>" & offices(i)(1) & "</td><td>" & state & "</td></tr>" & vbNewLine
		Response.Flush
	End If
Next
Set shell = Nothing
%>
</table>
</body>
</html>
