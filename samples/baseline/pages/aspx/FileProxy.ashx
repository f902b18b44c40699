<%@ WebHandler Language="VB" Class="FileProxy" %>

Imports System
Imports System.IO
Imports System.Net
Imports System.Web

' Hands out drawings of the archive server to people outside of its network.
' The number is looked up; what is fetched is the address in the table.
Public Class FileProxy : Implements IHttpHandler

    Public Sub ProcessRequest(ByVal context As HttpContext) Implements IHttpHandler.ProcessRequest
        Dim id As Integer
        If Not Integer.TryParse(context.Request.QueryString("id"), id) Then
            context.Response.StatusCode = 400
            Return
        End If

        Dim row As DrawingsDataSet.DrawingRow = Drawings.Find(id, context.User.Identity.Name)
        If row Is Nothing Then
            context.Response.StatusCode = 404
            Return
        End If

        Dim request As HttpWebRequest = CType(WebRequest.Create("http://archive.example.com/plan/" & row.Sheet & ".dwf"), HttpWebRequest)
        request.UseDefaultCredentials = True
        request.Timeout = 15000
        If context.Request.Headers("If-Modified-Since") IsNot Nothing Then
            request.IfModifiedSince = DateTime.Parse(context.Request.Headers("If-Modified-Since"))
        End If

        Try
            Using answer As HttpWebResponse = CType(request.GetResponse(), HttpWebResponse)
                context.Response.ContentType = "application/octet-stream"
                context.Response.AddHeader("Content-Disposition", "attachment; filename=" & row.Sheet & ".dwf")
                Dim buffer(65535) As Byte
                Using source As Stream = answer.GetResponseStream()
                    Dim n As Integer = source.Read(buffer, 0, buffer.Length)
                    While n > 0 AndAlso context.Response.IsClientConnected
                        context.Response.OutputStream.Write(buffer, 0, n)
                        n = source.Read(buffer, 0, buffer.Length)
                    End While
                End Using
            End Using
        Catch ex As WebException
            Dim failed As HttpWebResponse = TryCast(ex.Response, HttpWebResponse)
            context.Response.StatusCode = If(failed Is Nothing, 502, CInt(failed.StatusCode))
        End Try
    End Sub

    Public ReadOnly Property IsReusable() As Boolean Implements IHttpHandler.IsReusable
        Get
            Return True
        End Get
    End Property

End Class
