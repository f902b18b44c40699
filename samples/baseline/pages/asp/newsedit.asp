<!--#include file="pruefe_admin.inc"-->
<%
' Laufschrift auf der Startseite ändern: eine Textdatei, wird von der Startseite angezeigt
Const DATEI = "D:\web\daten\laufschrift.txt"
Dim fso, f, text
Set fso = Server.CreateObject("Scripting.FileSystemObject")

If Request.Form("text") <> "" Then
	text = Left(Request.Form("text"), 500)
	text = Replace(Replace(text, "<", "&lt;"), ">", "&gt;")
	If fso.FileExists(DATEI) Then fso.CopyFile DATEI, DATEI & ".alt", True
	Set f = fso.CreateTextFile(DATEI, True)
	f.Write text
	f.Close
	Response.Write "<p><b>Geändert.</b> Sichtbar spätestens in fünf Minuten.</p>"
End If

text = ""
If fso.FileExists(DATEI) Then
	Set f = fso.OpenTextFile(DATEI, 1)
	If Not f.AtEndOfStream Then text = f.ReadAll
	f.Close
End If
Set fso = Nothing
%>
<form method="post">
<textarea name="text" rows="4" cols="80"><%= text %></textarea><br>
<input type="submit" value="Übernehmen">
</form>
<p>Höchstens 500 Zeichen, keine Formatierung.</p>
