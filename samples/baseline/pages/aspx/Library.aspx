<%@ Page Language="VB" CodePage="28591" ResponseEncoding="iso-8859-1" %>
<%@ Import Namespace="System.IO" %>
<script runat="server">
    ' Bibliothèque de documents de l'intranet : lecture seule, sous D:\Partage\Public
    Private Const Racine As String = "D:\Partage\Public"
    Protected dossier As DirectoryInfo

    Sub Page_Load(ByVal s As Object, ByVal e As EventArgs)
        Dim demande As String = If(Request.QueryString("d"), "")
        Dim chemin As String = Path.GetFullPath(Path.Combine(Racine, demande.TrimStart("\"c, "/"c)))
        If Not (chemin & "\").StartsWith(Racine & "\", StringComparison.OrdinalIgnoreCase) OrElse Not Directory.Exists(chemin) Then
            Throw New HttpException(404, "Dossier introuvable")
        End If
        dossier = New DirectoryInfo(chemin)

        Dim fichier As String = Request.QueryString("f")
        If Not String.IsNullOrEmpty(fichier) Then
            Dim info As New FileInfo(Path.Combine(chemin, Path.GetFileName(fichier)))
            If Not info.Exists Then Throw New HttpException(404, "Fichier introuvable")
            Response.ContentType = "application/octet-stream"
            Response.AddHeader("Content-Disposition", "attachment; filename=""" & Server.UrlPathEncode(info.Name) & """")
            Response.TransmitFile(info.FullName)
            Response.End()
        End If
    End Sub

    Function Relatif(ByVal d As String) As String
        Return Server.UrlEncode(d.Substring(Racine.Length).TrimStart("\"c))
    End Function

    Function Taille(ByVal n As Long) As String
        If n > 1048576 Then Return (n / 1048576).ToString("0.0") & " Mo"
        Return Math.Ceiling(n / 1024).ToString() & " Ko"
    End Function
</script>
<html><head><title>Bibliothèque</title></head><body>
<h1>Procédures, modèles et comptes rendus</h1>
<p>Vous êtes ici : <%= Server.HtmlEncode(dossier.FullName.Substring(Racine.Length)) %>\</p>
<table border="0" cellpadding="3">
<% If dossier.FullName.Length > Racine.Length Then %>
<tr><td colspan="3"><a href="?d=<%= Relatif(dossier.Parent.FullName) %>">[dossier supérieur]</a></td></tr>
<% End If %>
<% For Each d As DirectoryInfo In dossier.GetDirectories() %>
<tr><td><a href="?d=<%= Relatif(d.FullName) %>"><%= Server.HtmlEncode(d.Name) %></a></td><td></td><td><%= d.LastWriteTime.ToString("g") %></td></tr>
<% Next %>
<% For Each f As FileInfo In dossier.GetFiles() %>
<% If (f.Attributes And FileAttributes.Hidden) = 0 Then %>
<tr><td><a href="?d=<%= Relatif(dossier.FullName) %>&amp;f=<%= Server.UrlEncode(f.Name) %>"><%= Server.HtmlEncode(f.Name) %></a></td><td align="right"><%= Taille(f.Length) %></td><td><%= f.LastWriteTime.ToString("g") %></td></tr>
<% End If %>
<% Next %>
</table></body></html>
