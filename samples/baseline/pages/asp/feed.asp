<%@ Language=VBScript EnableSessionState=False %>
<%
' Exchange rates from the central bank, cached in the application for an hour, shown as a small table
Const SOURCE_URL = "https://rates.example.com/daily.xml"

Sub Refresh()
    Dim http, doc
    Set http = Server.CreateObject("MSXML2.ServerXMLHTTP.6.0")
    http.setTimeouts 2000, 2000, 5000, 5000
    http.open "GET", SOURCE_URL, False
    http.setRequestHeader "User-Agent", "Intranet"
    On Error Resume Next
    http.send
    If Err.Number <> 0 Then
        Application("rates_error") = Err.Description
        Exit Sub
    End If
    On Error GoTo 0
    If http.status = 200 Then
        Set doc = Server.CreateObject("MSXML2.DOMDocument.6.0")
        doc.async = False
        doc.resolveExternals = False
        If doc.loadXML(http.responseText) Then
            Application.Lock
            Application("rates") = doc.xml
            Application("rates_at") = Now()
            Application("rates_error") = ""
            Application.UnLock
        End If
    End If
    Set http = Nothing
End Sub

If IsEmpty(Application("rates_at")) Then
    Refresh
ElseIf DateDiff("n", Application("rates_at"), Now()) > 60 Then
    Refresh
End If

Dim x, node, want
want = Split("USD,GBP,CHF,JPY", ",")
Set x = Server.CreateObject("MSXML2.DOMDocument.6.0")
x.async = False
If Not x.loadXML(Application("rates")) Then
    Response.Write "<p>No rates: " & Server.HTMLEncode(Application("rates_error")) & "</p>"
    Response.End
End If
Response.Write "<table class='rates'><caption>" & FormatDateTime(Application("rates_at"), 4) & "</caption>"
For i = 0 To UBound(want)
    Set node = x.selectSingleNode("//rate[@currency='" & want(i) & "']")
    If Not node Is Nothing Then
        If IsNumeric(node.text) Then Response.Write "<tr><td>" & want(i) & "</td><td>" & FormatNumber(Eval(Replace(node.text, ".", Mid(CStr(1.5), 2, 1))), 4) & "</td></tr>"
    End If
Next
Response.Write "</table>"
%>
