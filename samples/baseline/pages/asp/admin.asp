<!-- #include file="../inc/conn.asp" -->
<!-- #include file="../inc/check_admin.asp" -->
<%
'=====================================================================
' 管理入口：根据 action 调用对应的过程。只有下面登记过的过程可以被调用。
'=====================================================================
Dim Actions, act, proc
Set Actions = Server.CreateObject("Scripting.Dictionary")
Actions.Add "list", "ShowList"
Actions.Add "edit", "ShowEdit"
Actions.Add "save", "DoSave"
Actions.Add "del",  "DoDelete"
Actions.Add "cache", "ClearCache"

act = LCase(Trim(Request("action")))
If act = "" Then act = "list"
If Not Actions.Exists(act) Then
	Response.Write "<script>alert('参数错误');history.back();</script>"
	Response.End
End If
Set proc = GetRef(Actions(act))
Call proc()

Sub ShowList()
	Dim rs
	Set rs = conn.Execute("select top 50 id, title, addtime from article order by id desc")
	Response.Write "<table width=98% align=center class=tb>"
	Do While Not rs.EOF
		Response.Write "<tr><td>" & rs("id") & "</td><td><a href='?action=edit&id=" & rs("id") & "'>" & Server.HTMLEncode(rs("title")) & "</a></td><td>" & rs("addtime") & "</td></tr>"
		rs.MoveNext
	Loop
	Response.Write "</table>"
	rs.Close
End Sub

Sub ShowEdit()
	Dim rs, id
	id = CLng("0" & Request("id"))
	Set rs = conn.Execute("select * from article where id=" & id)
	If rs.EOF Then Exit Sub
%>
<form action="?action=save&id=<%= id %>" method="post">
标题：<input name="title" size="60" value="<%= Server.HTMLEncode(rs("title")) %>"><br>
内容：<textarea name="content" cols="80" rows="20"><%= Server.HTMLEncode(rs("content")) %></textarea><br>
<input type="submit" value="保存">
</form>
<%
	rs.Close
End Sub

Sub DoSave()
	Dim rs
	Set rs = Server.CreateObject("ADODB.Recordset")
	rs.Open "select * from article where id=" & CLng("0" & Request("id")), conn, 1, 3
	If rs.EOF Then rs.AddNew
	rs("title") = Request.Form("title")
	rs("content") = Request.Form("content")
	rs("addtime") = Now()
	rs.Update
	rs.Close
	ClearCache
	Response.Redirect "admin.asp"
End Sub

Sub DoDelete()
	conn.Execute "delete from article where id=" & CLng("0" & Request("id"))
	Response.Redirect "admin.asp"
End Sub

Sub ClearCache()
	Dim k
	Application.Lock
	For Each k In Application.Contents
		If Left(k, 6) = "cache_" Then Application.Contents.Remove k
	Next
	Application.UnLock
End Sub
%>
