<%@LANGUAGE="VBSCRIPT"%>
<%
Option Explicit
' Dynamic includes: classic ASP includes files before it runs, so a page cannot choose what it includes.
' This reads a module below /modules and executes it. The names of modules stand in the table of the site.

Dim Modules, Site, ModuleName
Set Modules = CreateObject("Scripting.Dictionary")
Modules.Add "news", "news.inc"
Modules.Add "events", "events.inc"
Modules.Add "gallery", "gallery.inc"
Modules.Add "contact", "contact.inc"

Function ReadModule(ByVal FileName)
	Dim fs, ts
	Set fs = Server.CreateObject("Scripting.FileSystemObject")
	Set ts = fs.OpenTextFile(Server.MapPath("/modules/" & FileName), 1, False)
	ReadModule = ts.ReadAll
	ts.Close
	Set ts = Nothing
	Set fs = Nothing
End Function

' what stands outside of the script marks becomes Response.Write
Function ToScript(ByVal Text)
	Dim Pos, EndPos, Code
	Pos = 1
	Code = ""
	Do While True
		EndPos = InStr(Pos, Text, "<" & "%")
		If EndPos = 0 Then
			Code = Code & Literal(Mid(Text, Pos))
			Exit Do
		End If
		Code = Code & Literal(Mid(Text, Pos, EndPos - Pos))
		Pos = EndPos + 2
		EndPos = InStr(Pos, Text, "%" & ">")
		If Mid(Text, Pos, 1) = "=" Then
			Code = Code & "Response.Write " & Trim(Mid(Text, Pos + 1, EndPos - Pos - 1)) & vbCrLf
		Else
			Code = Code & Mid(Text, Pos, EndPos - Pos) & vbCrLf
		End If
		Pos = EndPos + 2
	Loop
	ToScript = Code
End Function

Function Literal(ByVal Text)
	If Len(Text) = 0 Then Exit Function
	Literal = "Response.Write """ & Replace(Replace(Text, """", """"""), vbCrLf, """ & vbCrLf & """) & """" & vbCrLf
End Function

Sub Include(ByVal Name)
	If Modules.Exists(Name) Then
		ExecuteGlobal ToScript(ReadModule(Modules(Name)))
	Else
		Response.Status = "404 Not Found"
	End If
End Sub

ModuleName = LCase(Request.QueryString("m"))
If ModuleName = "" Then ModuleName = "news"
%>
<html>
<body>
<!--#include virtual="/inc/header.inc"-->
<% Include ModuleName %>
<!--#include virtual="/inc/footer.inc"-->
</body>
</html>
