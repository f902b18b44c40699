<%@ Language="JScript" CodePage="65001" %>
<%
// JSON-RPC for the booking widget. This engine has no JSON object: the text is read token by token first, and only
// what consists of nothing but strings, numbers, the three words and punctuation is evaluated.
Response.ContentType = "application/json";
Response.Charset = "utf-8";

var TOKEN = /^\s*("([^"\\\x00-\x1f]|\\["\\\/bfnrt]|\\u[\da-f]{4})*"|-?\d+(\.\d+)?(e[+\-]?\d+)?|true\b|false\b|null\b|[\[\]{}:,])/i;

function parse(text) {
    var rest = text, found;
    while (/\S/.test(rest)) {
        found = TOKEN.exec(rest);
        if (!found) throw new Error(-32700, 'Parse error');
        rest = rest.substring(found[0].length);
    }
    return eval('(' + text + ')');
}

function quote(s) {
    return '"' + String(s).replace(/[\\"]/g, '\\$&').replace(/\r/g, '\\r').replace(/\n/g, '\\n') + '"';
}

function body() {
    var stream = Server.CreateObject('ADODB.Stream');
    stream.Type = 1;
    stream.Open();
    stream.Write(Request.BinaryRead(Math.min(Request.TotalBytes, 65536)));
    stream.Position = 0;
    stream.Type = 2;
    stream.Charset = 'utf-8';
    var text = stream.ReadText();
    stream.Close();
    return text;
}

var methods = {
    rooms: function () {
        var rs = Application.Contents('conn').Execute('SELECT id, title FROM room ORDER BY title'), out = [];
        while (!rs.EOF) {
            out.push('{"id":' + rs.Fields('id').Value + ',"title":' + quote(rs.Fields('title').Value) + '}');
            rs.MoveNext();
        }
        return '[' + out.join(',') + ']';
    },
    book: function (p) {
        var cmd = Server.CreateObject('ADODB.Command');
        cmd.ActiveConnection = Application.Contents('dsn');
        cmd.CommandText = 'dbo.book_room';
        cmd.CommandType = 4;
        cmd.Parameters.Append(cmd.CreateParameter('@room', 3, 1, 4, Number(p.room)));
        cmd.Parameters.Append(cmd.CreateParameter('@day', 200, 1, 10, String(p.day)));
        cmd.Parameters.Append(cmd.CreateParameter('@who', 200, 1, 60, Session('user')));
        cmd.Execute();
        return 'true';
    }
};

try {
    var call = parse(body());
    if (!methods.hasOwnProperty(call.method)) throw new Error(-32601, 'Method not found');
    Response.Write('{"jsonrpc":"2.0","id":' + (Number(call.id) || 0) + ',"result":' + methods[call.method](call.params) + '}');
} catch (e) {
    Response.Write('{"jsonrpc":"2.0","id":null,"error":{"code":' + (e.number || -32603) + ',"message":' + quote(e.description) + '}}');
}
%>
