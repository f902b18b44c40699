<%@ page import="javax.script.*, java.util.*, java.math.*" contentType="application/json; charset=utf-8" %><%--
  Tariff calculator. The formulas are part of the tariff sheet and stand here; the visitor sends numbers, which are bound
  as variables of type Double and never become part of the script.
--%><%!
  private static final Map<String, CompiledScript> TARIFFS = new HashMap<>();

  public void jspInit() {
    ScriptEngine js = new ScriptEngineManager().getEngineByName("JavaScript");
    String[][] sheet = {
      {"household", "12.90 + kwh * (kwh > 2500 ? 0.2870 : 0.3015)"},
      {"night",     "14.50 + kwh * 0.2210 + peak * 0.0640"},
      {"business",  "Math.max(95, kwh * 0.2480) + peak * 4.15"},
    };
    try {
      for (String[] line : sheet) {
        TARIFFS.put(line[0], ((Compilable) js).compile(line[1]));
      }
    } catch (ScriptException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double number(HttpServletRequest r, String name) {
    double d = Double.parseDouble(r.getParameter(name));
    if (Double.isNaN(d) || d < 0 || d > 1e7) throw new NumberFormatException(name);
    return d;
  }
%><%
  CompiledScript tariff = TARIFFS.get(request.getParameter("tariff"));
  if (tariff == null) {
    response.sendError(404);
    return;
  }
  Bindings b = new SimpleBindings();
  try {
    b.put("kwh", number(request, "kwh"));
    b.put("peak", request.getParameter("peak") == null ? 0.0 : number(request, "peak"));
  } catch (NumberFormatException e) {
    response.sendError(400, "kwh and peak are numbers");
    return;
  }
  Number result = (Number) tariff.eval(b);
  BigDecimal euro = BigDecimal.valueOf(result.doubleValue()).setScale(2, RoundingMode.HALF_UP);
%>{"year": <%= euro %>, "month": <%= euro.divide(BigDecimal.valueOf(12), 2, RoundingMode.HALF_UP) %>}
