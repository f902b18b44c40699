<%@ Page Language="VB" ContentType="text/html" %>
<%@ Import Namespace="System.Xml" %>
<%@ Import Namespace="System.Xml.XPath" %>
<%@ Import Namespace="System.Xml.Xsl" %>
<script runat="server">
    ' Account statement as a page. The style sheets are ours and have small functions in them (msxsl:script) for amounts
    ' and dates; the visitor chooses one of three by name.
    Private Shared ReadOnly Sheets As New Generic.Dictionary(Of String, XslCompiledTransform)

    Private Function Sheet(ByVal name As String) As XslCompiledTransform
        SyncLock Sheets
            If Not Sheets.ContainsKey(name) Then
                Dim t As New XslCompiledTransform()
                t.Load(Server.MapPath("~/xsl/statement_" & name & ".xsl"), XsltSettings.TrustedXslt, New XmlUrlResolver())
                Sheets(name) = t
            End If
            Return Sheets(name)
        End SyncLock
    End Function

    Protected Overrides Sub Render(ByVal writer As HtmlTextWriter)
        Dim view As String = Request.QueryString("view")
        If view <> "short" AndAlso view <> "print" Then view = "full"

        Dim data As IXPathNavigable = Statements.OfCustomer(User.Identity.Name, Date.Today.AddMonths(-3))
        Dim arguments As New XsltArgumentList()
        arguments.AddParam("customer", "", User.Identity.Name)
        arguments.AddParam("culture", "", If(Request.UserLanguages Is Nothing, "de-DE", Request.UserLanguages(0)))
        Sheet(view).Transform(data, arguments, writer)
    End Sub
</script>
