<%@ Language=VBScript %>
<% Option Explicit
' Upload of application documents. multipart/form-data is taken apart by hand, the file part is saved with ADODB.Stream.
' Only .pdf and .doc, at most 2 MB, saved outside of the web under a number.
Response.Buffer = True
Server.ScriptTimeout = 300

Const SAVE_TO = "E:\Bewerbungen\"
Const MAX_BYTES = 2097152

If Request.ServerVariables("REQUEST_METHOD") <> "POST" Then
    Response.Redirect "upload_form.htm"
End If
If Request.TotalBytes > MAX_BYTES Then
    Response.Write "The file is larger than 2 MB."
    Response.End
End If

Dim bin, raw, boundary, posHead, posData, posEnd, header, name, ext, out
bin = Request.BinaryRead(Request.TotalBytes)
raw = BinToStr(bin)
boundary = Left(raw, InStr(raw, vbCrLf) - 1)

posHead = InStr(raw, "filename=""")
If posHead = 0 Then
    Response.Write "No file."
    Response.End
End If
name = Mid(raw, posHead + 10, InStr(posHead + 10, raw, """") - posHead - 10)
ext = LCase(Mid(name, InStrRev(name, ".") + 1))
If ext <> "pdf" And ext <> "doc" Then
    Response.Write "Only PDF and Word documents, please."
    Response.End
End If

posData = InStr(posHead, raw, vbCrLf & vbCrLf) + 4
posEnd = InStr(posData, raw, vbCrLf & boundary)
If ext = "pdf" And Mid(raw, posData, 5) <> "%PDF-" Then
    Response.Write "This is not a PDF file."
    Response.End
End If

Dim src, dst, number
number = NextNumber()
Set src = Server.CreateObject("ADODB.Stream")
src.Type = 1
src.Open
src.Write bin
src.Position = posData - 1
Set dst = Server.CreateObject("ADODB.Stream")
dst.Type = 1
dst.Open
src.CopyTo dst, posEnd - posData
dst.SaveToFile SAVE_TO & number & "." & ext, 2
dst.Close
src.Close
Set dst = Nothing
Set src = Nothing
Response.Write "Thank you. Your reference is " & number & "."

Function BinToStr(b)
    Dim rs
    Set rs = Server.CreateObject("ADODB.Recordset")
    rs.Fields.Append "b", 201, LenB(b)
    rs.Open
    rs.AddNew
    rs("b").AppendChunk b
    rs.Update
    BinToStr = rs("b")
    rs.Close
End Function

Function NextNumber()
    Dim c, r
    Set c = Server.CreateObject("ADODB.Connection")
    c.Open Application("dsn")
    Set r = c.Execute("EXEC dbo.next_application")
    NextNumber = CLng(r(0))
    c.Close
End Function
%>
