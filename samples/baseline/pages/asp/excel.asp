<%
Response.Buffer = True
Response.Clear
Response.ContentType = "application/vnd.ms-excel"
Response.AddHeader "Content-Disposition", "attachment; filename=hours_" & Year(Date) & Right("0" & Month(Date), 2) & ".xls"

Dim db, q, f, total, proj
Set db = Server.CreateObject("ADODB.Connection")
db.Open "DSN=hours;UID=report;PWD=" & Application("report_pwd")

proj = Request("project")
If Not IsNumeric(proj) Then proj = 0

Set q = Server.CreateObject("ADODB.Command")
Set q.ActiveConnection = db
q.CommandText = "{call monthly_hours(?,?)}"
q.Parameters.Refresh
q.Parameters(0).Value = CLng(proj)
q.Parameters(1).Value = DateSerial(Year(Date), Month(Date), 1)
Set f = q.Execute
%>
<html xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>
<body>
<table border="1">
<tr bgcolor="#CCCCCC">
<% Dim c
For Each c In f.Fields %><th><%= c.Name %></th><% Next %>
</tr>
<%
total = 0
While Not f.EOF
	Response.Write "<tr>"
	For Each c In f.Fields
		If IsNumeric(c.Value) Then
			Response.Write "<td x:num>" & Replace(c.Value, ",", ".") & "</td>"
		Else
			Response.Write "<td>" & Server.HTMLEncode(c.Value & "") & "</td>"
		End If
	Next
	total = total + f("hours")
	Response.Write "</tr>" & vbCrLf
	f.MoveNext
Wend
%>
<tr><td colspan="<%= f.Fields.Count - 1 %>">Total</td><td x:num x:fmla="=SUM(A2:A999)"><%= total %></td></tr>
</table>
</body></html>
<% db.Close %>
