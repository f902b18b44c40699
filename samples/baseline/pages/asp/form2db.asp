<%@ Language=VBScript %>
<%
Option Explicit
' Generic form handler: the fields and their checks are kept in forms.xml beside this page, written by us.
'   <field name="zip" label="ZIP code" check="Len(v) = 5 And IsNumeric(v)"/>
Dim xml, form, field, v, ok, problems, cmd, cols, marks, values(), n

Set xml = Server.CreateObject("MSXML2.DOMDocument.6.0")
xml.async = False
xml.load Server.MapPath("forms.xml")
Set form = Nothing
If IsNumeric(Request.QueryString("f")) Then Set form = xml.selectSingleNode("/forms/form[@id=" & CInt(Request.QueryString("f")) & "]")
If form Is Nothing Then
	Response.Status = "404 Not Found"
	Response.End
End If

n = -1
For Each field In form.selectNodes("field")
	v = Trim(Request.Form(field.getAttribute("name")))
	ok = True
	If Not IsNull(field.getAttribute("check")) Then
		' v is a variable here: its content is looked at, not run
		ok = Eval(field.getAttribute("check"))
	End If
	If Not ok Then problems = problems & "<li>" & Server.HTMLEncode(field.getAttribute("label")) & "</li>"
	n = n + 1
	ReDim Preserve values(n)
	values(n) = v
	cols = cols & ", [" & field.getAttribute("name") & "]"
	marks = marks & ", ?"
Next

If problems <> "" Then
	Response.Write "<p>Please check:</p><ul>" & problems & "</ul>"
	Response.End
End If

Set cmd = Server.CreateObject("ADODB.Command")
cmd.ActiveConnection = Application("dsn")
cmd.CommandText = "INSERT INTO [" & form.getAttribute("table") & "] (" & Mid(cols, 3) & ") VALUES (" & Mid(marks, 3) & ")"
cmd.Execute , values
Response.Redirect form.getAttribute("next")
%>
