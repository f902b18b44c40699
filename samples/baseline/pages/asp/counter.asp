<%
' compteur de visites, un fichier texte par page
Function Hit(ByVal page)
    Dim fs, f, path, n
    Set fs = CreateObject("Scripting.FileSystemObject")
    page = Replace(Replace(Replace(Replace(page, "/", "_"), "\", "_"), ".", "_"), ":", "_")
    path = Server.MapPath("/compteur") & "\" & page & ".txt"
    n = 0
    Application.Lock
    If fs.FileExists(path) Then
        Set f = fs.OpenTextFile(path, 1)
        If Not f.AtEndOfStream Then n = CLng("0" & f.ReadLine)
        f.Close
    End If
    If Session("vu_" & page) = "" Then
        n = n + 1
        Set f = fs.CreateTextFile(path, True)
        f.WriteLine n
        f.Close
        Session("vu_" & page) = "1"
    End If
    Application.UnLock
    Set f = Nothing
    Set fs = Nothing
    Hit = n
End Function

Dim total, digits, d
total = Hit(Request.ServerVariables("SCRIPT_NAME"))
digits = Right("000000" & total, 6)
For d = 1 To 6
    Response.Write "<img src=""/images/chiffres/" & Mid(digits, d, 1) & ".gif"" width=15 height=20 alt=""" & Mid(digits, d, 1) & """>"
Next
%>
