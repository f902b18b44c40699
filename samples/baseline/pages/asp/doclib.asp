<%@ LANGUAGE="VBSCRIPT" CODEPAGE="1252" %>
<!-- #include virtual="/inc/session.inc" -->
<%
' Dokumentenbibliothek der Abteilung Qualität
' Zeigt nur, was unterhalb von \\files01\qm liegt; keine Änderungen möglich.
Dim fso, ordner, datei, pfad, wurzel, unter
wurzel = "\\files01.example.com\qm"
Set fso = Server.CreateObject("Scripting.FileSystemObject")

pfad = Request.QueryString("ordner")
If InStr(pfad, "..") > 0 Or InStr(pfad, ":") > 0 Then pfad = ""
If Not fso.FolderExists(wurzel & pfad) Then pfad = ""
Set ordner = fso.GetFolder(wurzel & pfad)

Function KB(n)
  If n < 1024 Then
    KB = n & " Byte"
  Else
    KB = FormatNumber(n / 1024, 0) & " KB"
  End If
End Function

Function Symbol(name)
  Select Case LCase(fso.GetExtensionName(name))
    Case "doc", "dot": Symbol = "word.gif"
    Case "xls", "csv": Symbol = "excel.gif"
    Case "pdf":        Symbol = "pdf.gif"
    Case Else:         Symbol = "leer.gif"
  End Select
End Function
%>
<html><head><title>Qualitätshandbuch</title></head>
<body bgcolor="#FFFFFF" text="#000000">
<h2>Qualitätshandbuch <%= Server.HTMLEncode(pfad) %></h2>
<table border="0" width="100%">
<% If pfad <> "" Then %>
<tr><td colspan="4"><a href="doclib.asp?ordner=<%= Server.URLEncode(Left(pfad, InStrRev(pfad, "\") - 1)) %>">..&nbsp;zurück</a></td></tr>
<% End If
For Each unter In ordner.SubFolders %>
<tr>
 <td><img src="/img/ordner.gif"></td>
 <td><a href="doclib.asp?ordner=<%= Server.URLEncode(pfad & "\" & unter.Name) %>"><%= unter.Name %></a></td>
 <td></td><td><%= unter.DateLastModified %></td>
</tr>
<% Next
For Each datei In ordner.Files
  If (datei.Attributes And 2) = 0 Then %>
<tr>
 <td><img src="/img/<%= Symbol(datei.Name) %>"></td>
 <td><a href="file:<%= Replace(datei.Path, "\", "/") %>"><%= datei.Name %></a></td>
 <td align="right"><%= KB(datei.Size) %></td><td><%= datei.DateLastModified %></td>
</tr>
<% End If
Next
Set fso = Nothing %>
</table>
<p>Gültig sind nur die hier veröffentlichten Fassungen.</p>
</body></html>
