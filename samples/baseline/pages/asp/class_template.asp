<%
' Template engine: {{name}}, {{upper:name}}, {{if:name}}...{{end}}, blocks
' Conditions are evaluated by VBScript, on a variable of the class; names are letters only.

Class CTemplate
    Private m_text, m_vars, m_re

    Private Sub Class_Initialize()
        Set m_vars = Server.CreateObject("Scripting.Dictionary")
        m_vars.CompareMode = 1
        Set m_re = New RegExp
        m_re.Global = True
        m_re.IgnoreCase = True
    End Sub

    Private Sub Class_Terminate()
        Set m_vars = Nothing
        Set m_re = Nothing
    End Sub

    Public Sub Load(path)
        Dim st
        Set st = Server.CreateObject("ADODB.Stream")
        st.Type = 2
        st.Charset = "utf-8"
        st.Open
        st.LoadFromFile Server.MapPath("/templates/" & path)
        m_text = st.ReadText
        st.Close
        Set st = Nothing
    End Sub

    Public Property Let Value(name, v)
        m_vars(name) = v
    End Property

    Public Default Property Get Value(name)
        If m_vars.Exists(name) Then Value = m_vars(name) Else Value = ""
    End Property

    Private Function Truth(name)
        Truth = Eval("CBool(Len(m_vars(""" & name & """) & """") > 0)")
    End Function

    Public Function Render()
        Dim m, s, inner
        s = m_text
        m_re.Pattern = "\{\{if:([a-z]+)\}\}([\s\S]*?)\{\{end\}\}"
        For Each m In m_re.Execute(s)
            inner = ""
            If Truth(m.SubMatches(0)) Then inner = m.SubMatches(1)
            s = Replace(s, m.Value, inner)
        Next
        m_re.Pattern = "\{\{(?:([a-z]+):)?([a-z]+)\}\}"
        For Each m In m_re.Execute(s)
            Select Case LCase(m.SubMatches(0) & "")
                Case "upper": s = Replace(s, m.Value, UCase(Server.HTMLEncode(Value(m.SubMatches(1)))))
                Case "raw":   s = Replace(s, m.Value, Value(m.SubMatches(1)))
                Case "date":  s = Replace(s, m.Value, FormatDateTime(Value(m.SubMatches(1)), 1))
                Case Else:    s = Replace(s, m.Value, Server.HTMLEncode(Value(m.SubMatches(1))))
            End Select
        Next
        Render = s
    End Function
End Class

Dim tpl
Set tpl = New CTemplate
tpl.Load "order.html"
tpl("customer") = Session("customer")
tpl("note") = Request.Form("note")
tpl("today") = Date
Response.Write tpl.Render()
%>
