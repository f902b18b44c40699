<%@ Page Language="JScript" ContentType="text/html" %>
<script runat="server">
    // Ratenrechner, aus der alten ASP-Seite uebernommen
    var betrag : double = 10000, zins : double = 4.5, jahre : int = 5;
    var fehler : String = "";

    function zahl(name : String, min : double, max : double, sonst : double) : double {
        var text : String = Request.Form[name];
        if (text == null) return sonst;
        var n : double = parseFloat(text.Replace(",", "."));
        if (isNaN(n) || n < min || n > max) {
            fehler += name + " liegt nicht zwischen " + min + " und " + max + "<br>";
            return sonst;
        }
        return n;
    }

    function Page_Load() {
        betrag = zahl("betrag", 500, 5000000, betrag);
        zins = zahl("zins", 0, 20, zins);
        jahre = int(zahl("jahre", 1, 40, jahre));
    }

    function rate() : double {
        var m : double = zins / 1200, n : int = jahre * 12;
        return m == 0 ? betrag / n : betrag * m / (1 - Math.pow(1 + m, -n));
    }
</script>
<html><head><title>Ratenrechner</title></head>
<body>
<form method="post">
    <p style="color:red"><%= fehler %></p>
    Betrag <input name="betrag" value="<%= betrag %>"> &euro;<br>
    Zins <input name="zins" value="<%= zins %>"> %<br>
    Laufzeit <input name="jahre" value="<%= jahre %>"> Jahre<br>
    <input type="submit" value="Rechnen">
</form>
<p>Rate: <b><%= rate().ToString("N2") %> &euro;</b> im Monat</p>
<%
    var rest : double = betrag;
    Response.Write("<table>");
    for (var i : int = 1; i <= jahre; i++) {
        for (var k : int = 0; k < 12; k++) rest = rest * (1 + zins / 1200) - rate();
        Response.Write("<tr><td>" + i + "</td><td>" + Math.max(0, rest).ToString("N2") + "</td></tr>");
    }
    Response.Write("</table>");
%>
</body></html>
