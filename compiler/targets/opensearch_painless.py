"""What no query of OpenSearch says, in Painless over doc values: numbers as text, two fields compared.

Every value of a rule is a parameter, so none can become part of a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FOLD = """
String fold(String text) {
  return text.replace('\u0130', 'i').replace('\u03a3', '\u03c3').toLowerCase(Locale.ROOT);
}
"""
"""A function: letter case folded, code point by code point (``semantics.md``, letter case of values)."""
SCRIPTED = (
    FOLD
    + """
boolean fits(String text, List pattern) {
  int count = text.codePointCount(0, text.length());
  boolean[] reached = new boolean[count + 1];
  reached[0] = true;
  for (def step : pattern) {
    boolean[] next = new boolean[count + 1];
    boolean any = step[0] == 1 && step[1] == '*';
    for (int i = 0; i <= count; i++) {
      if (any) { next[i] = reached[i] || (i > 0 && next[i - 1]); continue; }
      if (i == 0 || !reached[i - 1]) { continue; }
      int at = text.offsetByCodePoints(0, i - 1);
      next[i] = step[0] == 1 || text.codePointAt(at) == step[1].codePointAt(0);
    }
    reached = next;
  }
  return reached[count];
}
if (!doc.containsKey(params.a)) { return false; }
for (def value : doc[params.a]) {
  String text = String.valueOf(value);
  if (fits(params.cased ? text : fold(text), params.pattern)) { return true; }
}
return false;
"""
)
"""A pattern on the text of a value: by code points, each step a literal or a wildcard."""
_REFERENCE = """
if (!doc.containsKey(params.a) || !doc.containsKey(params.b)) { return false; }
for (def left : doc[params.a]) {
  String a = fold(String.valueOf(left));
  for (def right : doc[params.b]) {
    String b = fold(String.valueOf(right));
    if (params.mode == 'equals' ? a == b : params.mode == 'starts' ? a.startsWith(b)
        : params.mode == 'ends' ? a.endsWith(b) : a.contains(b)) { return true; }
  }
}
return false;
"""
REFERENCE = FOLD + _REFERENCE
"""Two fields: letter case folded, any value of either."""
CASED_REFERENCE = _REFERENCE.replace("fold(", "(")
"""Two fields as they are, any value of either."""
COMPARE = """
boolean numeric(String text) {
  int i = 0, digits = 0, n = text.length();
  if (n > 400) { return false; }
  if (i < n && (text.charAt(i) == (char) '+' || text.charAt(i) == (char) '-')) { i++; }
  while (i < n && text.charAt(i) >= (char) '0' && text.charAt(i) <= (char) '9') { i++; digits++; }
  if (i < n && text.charAt(i) == (char) '.') {
    int before = i;
    i++;
    while (i < n && text.charAt(i) >= (char) '0' && text.charAt(i) <= (char) '9') { i++; digits++; }
    if (i == before + 1) { return false; }
  }
  if (digits == 0) { return false; }
  if (i < n && (text.charAt(i) == (char) 'e' || text.charAt(i) == (char) 'E')) {
    i++;
    if (i < n && (text.charAt(i) == (char) '+' || text.charAt(i) == (char) '-')) { i++; }
    int start = i;
    while (i < n && text.charAt(i) >= (char) '0' && text.charAt(i) <= (char) '9') { i++; }
    if (i == start) { return false; }
  }
  return i == n;
}
if (!doc.containsKey(params.a)) { return false; }
BigDecimal wanted = new BigDecimal(params.number);
for (def value : doc[params.a]) {
  if (!numeric(value)) { continue; }
  int order = new BigDecimal(value).compareTo(wanted);
  if (params.operator == 'lt' ? order < 0 : params.operator == 'lte' ? order <= 0
      : params.operator == 'gt' ? order > 0 : order >= 0) { return true; }
}
return false;
"""
"""A text that spells a number, compared with a number."""


def script(source: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A script as a query clause."""
    return {"script": {"script": {"lang": "painless", "source": source.strip(), "params": dict(params)}}}
