<%
' contact form -> CDO.Message
Dim objMsg, objConf, strTo, strErr
Select Case Request.Form("dept")
	Case "sales": strTo = "sales@example.com"
	Case "hr":    strTo = "jobs@example.com"
	Case Else:    strTo = "info@example.com"
End Select

If Len(Trim(Request.Form("email"))) = 0 Or InStr(Request.Form("email"), "@") = 0 Then strErr = "Please enter your e-mail address."
If InStr(Request.Form("email"), vbCr) > 0 Or InStr(Request.Form("email"), vbLf) > 0 Then strErr = "Please enter your e-mail address."
If Len(Trim(Request.Form("message"))) < 5 Then strErr = "There is no message."

If strErr = "" Then
	Set objConf = Server.CreateObject("CDO.Configuration")
	With objConf.Fields
		.Item("http://schemas.microsoft.com/cdo/configuration/sendusing") = 2
		.Item("http://schemas.microsoft.com/cdo/configuration/smtpserver") = "smtp.example.com"
		.Item("http://schemas.microsoft.com/cdo/configuration/smtpserverport") = 25
		.Item("http://schemas.microsoft.com/cdo/configuration/smtpconnectiontimeout") = 20
		.Update
	End With
	Set objMsg = Server.CreateObject("CDO.Message")
	Set objMsg.Configuration = objConf
	objMsg.From = "webserver@example.com"
	objMsg.ReplyTo = Request.Form("email")
	objMsg.To = strTo
	objMsg.Subject = "Web form: " & Left(Replace(Request.Form("subject"), vbCrLf, " "), 80)
	objMsg.TextBody = "Name: " & Request.Form("name") & vbCrLf & _
		"Phone: " & Request.Form("phone") & vbCrLf & _
		"From page: " & Request.ServerVariables("HTTP_REFERER") & vbCrLf & vbCrLf & Request.Form("message")
	On Error Resume Next
	objMsg.Send
	If Err.Number <> 0 Then strErr = "Mail could not be sent (" & Err.Number & ")."
	On Error Goto 0
	Set objMsg = Nothing
	Set objConf = Nothing
End If

If strErr = "" Then
	Response.Redirect "/thanks.asp"
Else
	Response.Write "<html><body><p>" & strErr & "</p><a href=""javascript:history.back()"">Back</a></body></html>"
End If
%>
