"""What no query of OpenSearch says, in Painless over doc values: numbers as text, two fields compared, correlations.

Every value of a rule is a parameter, so none can become part of a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FOLD = """
String fold(String text) {
  return text.replace('\u0130', 'i').replace('\u03a3', '\u03c3').toLowerCase(Locale.ROOT);
}
"""
SCRIPTED = (
    _FOLD
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
REFERENCE = _FOLD + _REFERENCE
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


TUPLES = """
List tuples(Map doc, List fields) {
  List found = [[]];
  for (String field : fields) {
    List next = [];
    if (doc.containsKey(field)) {
      Set seen = new LinkedHashSet();
      for (def value : doc[field]) { seen.add(fold(String.valueOf(value))); }
      for (List start : found) {
        for (String text : seen) {
          List longer = new ArrayList(start);
          longer.add(text);
          next.add(longer);
        }
      }
    }
    found = next;
  }
  return found;
}
"""
MAP = (
    _FOLD
    + TUPLES
    + """
if (!doc.containsKey(params.time) || doc[params.time].size() == 0) { return; }
long met = (long) Math.round(_score);
List parts = [];
for (int i = 0; i < params.branches.size(); i++) {
  if ((met & (1L << i)) == 0L) { continue; }
  def branch = params.branches[i];
  List keys = tuples(doc, branch.groups);
  if (!keys.isEmpty()) { parts.add([branch.rule, keys, tuples(doc, branch.values)]); }
}
if (parts.isEmpty()) { return; }
String id = params.id == null ? '' : doc[params.id].value;
state.rows.add([doc[params.time].value.toInstant().toEpochMilli(), id, parts]);
"""
)
"""Each document's time, its id, and for each rule that it met its groups and the values to be counted.

Which rules it met is its score: each adds a power of two.
"""
REDUCE = """
boolean satisfied(List conditions, long number) {
  for (def condition : conditions) {
    String operator = condition[0];
    long wanted = condition[1];
    boolean holds = operator == '>' ? number > wanted : operator == '>=' ? number >= wanted
        : operator == '<' ? number < wanted : operator == '<=' ? number <= wanted
        : operator == '==' ? number == wanted : number != wanted;
    if (!holds) { return false; }
  }
  return true;
}
boolean ordered(List times) {
  long last = Long.MIN_VALUE;
  for (Deque hits : times) {
    if (hits.isEmpty()) { continue; }
    long first = hits.peekFirst();
    if (first < last) { return false; }
    last = first;
  }
  return true;
}
List rows = [];
for (def part : states) { if (part != null) { rows.addAll(part); } }
rows.sort((a, b) -> {
  int order = Long.compare((long) a[0], (long) b[0]);
  return order != 0 ? order : ((String) a[1]).compareTo((String) b[1]);
});
Map groups = new LinkedHashMap();
for (def row : rows) {
  Map here = new LinkedHashMap();
  for (def part : row[2]) {
    for (def key : part[1]) {
      List member = here.get(key);
      if (member == null) {
        here.put(key, [row[0], row[1], new TreeSet(), part[0], part[2]]);
        member = here.get(key);
      } else if (part[0] < member[3]) {
        member[3] = part[0];
        member[4] = part[2];
      }
      member[2].add(part[0]);
    }
  }
  for (def entry : here.entrySet()) {
    groups.computeIfAbsent(entry.getKey(), unused -> new ArrayList()).add(entry.getValue());
  }
}
List fires = [];
for (def group : groups.entrySet()) {
  List members = group.getValue();
  Map seen = new HashMap();
  List times = [];
  for (int rule = 0; rule < params.rules; rule++) { times.add(new ArrayDeque()); }
  int oldest = 0;
  int next = 0;
  boolean held = false;
  while (next < members.size()) {
    def first = members[next];
    long time = first[0];
    while (next < members.size() && members[next][0] == time) {
      def member = members[next];
      for (def rule : member[2]) { times[rule].addLast(time); }
      for (def value : member[4]) { seen.put(value, seen.getOrDefault(value, 0) + 1); }
      next++;
    }
    while (members[oldest][0] < time - params.span) {
      def member = members[oldest];
      for (def rule : member[2]) { times[rule].pollFirst(); }
      for (def value : member[4]) {
        int left = seen.get(value) - 1;
        if (left == 0) { seen.remove(value); } else { seen.put(value, left); }
      }
      oldest++;
    }
    long number = next - oldest;
    if (params.type == 'value_count') { number = seen.size(); }
    if (params.type.startsWith('temporal')) {
      number = 0;
      for (Deque hits : times) { if (!hits.isEmpty()) { number++; } }
    }
    boolean holds = satisfied(params.conditions, number);
    if (holds && params.type == 'temporal_ordered') { holds = ordered(times); }
    if (holds && !held && (params.since == null || time > Long.parseLong(params.since) - params.slack)) {
      fires.add([first[1], time, group.getKey()]);
    }
    held = holds;
  }
}
return fires;
"""
"""A window that slides over each group, both ends included; ``semantics.md``, correlation window, and what fires.

What it gives is a list of ``[id, milliseconds, group]``.
"""


def firings(params: Mapping[str, Any]) -> dict[str, Any]:
    """The aggregation that gives a correlation's firings.

    ``params``: ``type``, ``rules`` (how many), ``conditions``, ``span`` (milliseconds), ``time`` (the field), and
    ``branches``, each with the place of its ``rule``, the fields of its ``groups`` and of the ``values`` to be counted.
    ``id`` names a field that identifies a document; it fires after ``since`` less ``slack``, in milliseconds.
    """
    return {
        "scripted_metric": {
            "init_script": "state.rows = [];",
            "map_script": MAP.strip(),
            "combine_script": "return state.rows;",
            "reduce_script": REDUCE.strip(),
            "params": dict(params),
        }
    }
