<%
' Server information for the support desk
Option Explicit
If Left(Request.ServerVariables("REMOTE_ADDR"), 8) <> "192.0.2." Then
  Response.Status = "403 Forbidden"
  Response.End
End If

Dim sh, net, base, names, i
Set sh = Server.CreateObject("WScript.Shell")
Set net = Server.CreateObject("WScript.Network")
base = "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\"
names = Array("ProductName", "CurrentVersion", "CurrentBuildNumber", "CSDVersion", "RegisteredOrganization")

Function Value(key)
  On Error Resume Next
  Value = sh.RegRead(key)
  If Err.Number <> 0 Then Value = "(not set)"
End Function

Function HasComponent(progid)
  Dim x
  On Error Resume Next
  Set x = Server.CreateObject(progid)
  HasComponent = (Err.Number = 0)
  Set x = Nothing
End Function
%>
<html><head><title><%= net.ComputerName %></title></head><body>
<h3><%= net.UserDomain & "\" & net.UserName %> on <%= net.ComputerName %></h3>
<ul>
<% For i = 0 To UBound(names) %>
  <li><%= names(i) %>: <%= Server.HTMLEncode(Value(base & names(i))) %></li>
<% Next %>
  <li>MDAC <%= Value("HKLM\SOFTWARE\Microsoft\DataAccess\FullInstallVer") %></li>
  <li>Our application <%= Value("HKLM\SOFTWARE\Example\Ordering\Version") %></li>
  <li>Script engine <%= ScriptEngine & " " & ScriptEngineMajorVersion & "." & ScriptEngineMinorVersion & "." & ScriptEngineBuildVersion %></li>
  <li>Windows folder <%= sh.ExpandEnvironmentStrings("%SystemRoot%") %></li>
</ul>
<table border="1">
<% Dim c
For Each c In Array("ADODB.Connection", "ADODB.Stream", "Scripting.FileSystemObject", "CDO.Message", "MSXML2.ServerXMLHTTP.6.0", "WScript.Shell", "Shell.Application", "Persits.Upload", "ImageMagickObject.MagickImage") %>
<tr><td><%= c %></td><td><% If HasComponent(c) Then %>yes<% Else %><font color="red">no</font><% End If %></td></tr>
<% Next %>
</table>
</body></html>
