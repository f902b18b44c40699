<%@ page import="org.springframework.expression.*, org.springframework.expression.spel.standard.SpelExpressionParser" %>
<%@ page import="org.springframework.expression.spel.support.SimpleEvaluationContext, java.util.*" %>
<%!
  // Texts of the portal with expressions of ours in them; SimpleEvaluationContext allows property access and nothing more.
  private static final ExpressionParser PARSER = new SpelExpressionParser();
  private static final Map<String, Expression> TEXTS = new HashMap<String, Expression>();
  static {
    TEXTS.put("morning", PARSER.parseExpression("'Good morning, ' + user.firstName"));
    TEXTS.put("renewal", PARSER.parseExpression("user.contract.daysLeft < 30 ? 'Your contract ends soon.' : ''"));
    TEXTS.put("unread", PARSER.parseExpression("messages.size() + ' unread'"));
  }
%>
<%
  Map<String, Object> root = new HashMap<String, Object>();
  root.put("user", session.getAttribute("user"));
  root.put("messages", session.getAttribute("messages"));
  root.put("locale", request.getLocale());
  EvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding().build();
  String[] wanted = request.getParameterValues("text");
  if (wanted == null) wanted = new String[] {"morning", "unread"};
  for (String key : wanted) {
    Expression e = TEXTS.get(key);
    if (e == null) continue;
    String value = e.getValue(context, root, String.class);
%>
<p class="text-<%= key %>"><%= org.springframework.web.util.HtmlUtils.htmlEscape(value) %></p>
<%
  }
%>
