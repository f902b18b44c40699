<%@ Language=VBScript %>
<!--#include file="inc/adovbs.inc"-->
<!--#include file="inc/sha256.asp"-->
<%
Dim user, pass, cn, cm, rs, msg, target

target = Request("url")
If Left(target, 1) <> "/" Or Mid(target, 2, 1) = "/" Or InStr(target, "\") > 0 Then target = "/members/"

If Request.Form.Count > 0 Then
	user = Trim(Request.Form("user"))
	pass = Request.Form("pass")

	Set cn = Server.CreateObject("ADODB.Connection")
	cn.Open Application("ConnectionString")
	Set cm = Server.CreateObject("ADODB.Command")
	With cm
		.ActiveConnection = cn
		.CommandType = adCmdText
		.CommandText = "SELECT id, salt, hash, failed FROM member WHERE login = ? AND disabled = 0"
		.Parameters.Append .CreateParameter("login", adVarChar, adParamInput, 40, user)
	End With
	Set rs = cm.Execute

	If rs.EOF Then
		msg = "Unknown user or wrong password."
	ElseIf rs("failed") >= 10 Then
		msg = "This account is locked. Please call the office."
	ElseIf sha256(rs("salt") & pass) = rs("hash") Then
		cn.Execute "UPDATE member SET failed = 0, last_login = GETDATE() WHERE id = " & rs("id"), , adExecuteNoRecords
		Session("member") = rs("id").Value
		Session.Timeout = 30
		Response.Cookies("lastuser") = user
		Response.Cookies("lastuser").Expires = Date + 90
		Response.Cookies("lastuser").Path = "/"
		Response.Redirect target
	Else
		cn.Execute "UPDATE member SET failed = failed + 1 WHERE id = " & rs("id"), , adExecuteNoRecords
		msg = "Unknown user or wrong password."
	End If
	rs.Close
	cn.Close
End If
%>
<html>
<head><title>Members</title></head>
<body onload="document.forms[0].user.focus()">
<p class="err"><%= msg %></p>
<form action="login.asp" method="post">
<input type="hidden" name="url" value="<%= Server.HTMLEncode(target) %>">
<table>
<tr><td>User</td><td><input name="user" value="<%= Server.HTMLEncode(Request.Cookies("lastuser")) %>"></td></tr>
<tr><td>Password</td><td><input name="pass" type="password"></td></tr>
<tr><td></td><td><input type="submit" value="Log in"></td></tr>
</table>
</form>
</body>
</html>
