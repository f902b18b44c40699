<%@ Language="JScript" %>
<%
/* pictures out of the database: photo.asp?id=17&size=s */
var sizes = { s: 'thumb', m: 'medium', l: 'original' };
var id = parseInt(Request.QueryString('id'), 10);
var column = sizes[String(Request.QueryString('size'))] || 'medium';

if (isNaN(id)) {
  Response.Status = '400 Bad Request';
  Response.End();
}

var cn = new ActiveXObject('ADODB.Connection');
cn.Open(Application('dsn'));
try {
  var rs = cn.Execute('SELECT mime, changed, ' + column + ' AS bits FROM photo WHERE approved = 1 AND id = ' + id);
  if (rs.EOF) {
    Response.Status = '404 Not Found';
  } else {
    var stamp = new Date(rs.Fields('changed').Value).toUTCString();
    if (String(Request.ServerVariables('HTTP_IF_MODIFIED_SINCE')) == stamp) {
      Response.Status = '304 Not Modified';
    } else {
      Response.ContentType = String(rs.Fields('mime').Value);
      Response.AddHeader('Last-Modified', stamp);
      Response.CacheControl = 'public';
      var field = rs.Fields('bits'), left = field.ActualSize;
      while (left > 0 && Response.IsClientConnected) {
        Response.BinaryWrite(field.GetChunk(Math.min(left, 65536)));
        left -= 65536;
      }
    }
  }
  rs.Close();
} finally {
  cn.Close();
}
%>
