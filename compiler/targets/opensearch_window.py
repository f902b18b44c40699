"""A correlation in Painless: a window that slides over the events of each group, both ends included, and chains.

``scripted_metric`` sees each event. What it meets in an index is one script, what the window judges another, and both
are the same for every rule, whose words are parameters. Numbers are reckoned in decimals, so sums are exact. Facts from
the OpenSearch documentation, *Scripted metric*, and from the Painless API reference, *Aggregation contexts*.

A correlation of correlations is judged level by level, the innermost first: where a level fires it is an event of the
level above, with its group before the event's own fields. A keyword is kept as a set, so of equal values in one event
one is reckoned with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.targets.opensearch_painless import FOLD

_CHOICES = """
List choices(List columns) {
  List found = [[]];
  for (List column : columns) {
    List next = [];
    for (List start : found) {
      for (String text : new LinkedHashSet(column)) {
        List longer = new ArrayList(start);
        longer.add(text);
        next.add(longer);
      }
    }
    found = next;
  }
  return found;
}
"""
"""Each choice of one text of each column."""
MAP = (
    FOLD
    + _CHOICES
    + """
List texts(Map doc, List fields, Map marks) {
  List columns = [];
  for (String field : fields) {
    List found = [];
    if (doc.containsKey(field)) {
      List missing = marks.getOrDefault(field, []);
      for (def value : doc[field]) {
        String text = String.valueOf(value);
        if (!missing.contains(text)) { found.add(fold(text)); }
      }
    }
    columns.add(found);
  }
  return columns;
}
if (!doc.containsKey(params.time) || doc[params.time].size() == 0) { return; }
long met = (long) Math.round(_score);
List parts = [];
for (int i = 0; i < params.branches.size(); i++) {
  if ((met & (1L << i)) == 0L) { continue; }
  def branch = params.branches[i];
  List keys = choices(texts(doc, branch.groups, params.marks));
  if (keys.isEmpty()) { continue; }
  List values = texts(doc, branch.values, params.marks);
  values = params.levels[branch.level].numeric ? values[0] : choices(values);
  parts.add([branch.level, branch.rule, keys, values, texts(doc, branch.kept, params.marks)]);
}
if (parts.isEmpty()) { return; }
String id = params.id == null ? '' : doc[params.id].value;
state.rows.add([doc[params.time].value.toInstant().toEpochMilli(), id, parts]);
"""
)
"""Each document's time, its id, and for each rule that it met the level, the groups, what is counted, and what is kept.

Which rules it met is its score: each adds a power of two.
"""
_NUMBERS = """
boolean digits(String text, int from, int to) {
  for (int i = from; i < to; i++) {
    if (text.charAt(i) < (char) '0' || text.charAt(i) > (char) '9') { return false; }
  }
  return from < to;
}
BigDecimal number(String text) {
  int end = text.length();
  int start = end > 0 && (text.charAt(0) == (char) '+' || text.charAt(0) == (char) '-') ? 1 : 0;
  if (end > 400) { return null; }
  if (digits(text, start, end)) { return new BigDecimal(text); }
  int power = text.indexOf('e');
  if (power >= 0) {
    int sign = power + 1;
    if (sign < end && (text.charAt(sign) == (char) '+' || text.charAt(sign) == (char) '-')) { sign++; }
    if (!digits(text, sign, end)) { return null; }
    end = power;
  }
  int point = text.indexOf('.');
  if (point < 0 ? !digits(text, start, end) : !digits(text, point + 1, end)) { return null; }
  if (point > start && !digits(text, start, point)) { return null; }
  double found = Double.parseDouble(text);
  return Double.isInfinite(found) ? null : BigDecimal.valueOf(found);
}
"""
"""A text that spells a number, as the reference reads it: a whole number in full, any other as a double shows it."""
_TALLY = """
void enter(Map window, List member) {
  window.size++;
  for (def rule : member[2]) { window.times[rule].addLast(member[0]); }
  for (def value : member[4]) { window.seen.put(value, window.seen.getOrDefault(value, 0) + 1); }
  for (BigDecimal value : member[6]) {
    int place = Collections.binarySearch(window.numbers, value);
    window.numbers.add(place < 0 ? -place - 1 : place, value);
    window.total = window.total.add(value);
  }
}
void leave(Map window, List member) {
  window.size--;
  for (def rule : member[2]) { window.times[rule].pollFirst(); }
  for (def value : member[4]) {
    int left = window.seen.get(value) - 1;
    if (left == 0) { window.seen.remove(value); } else { window.seen.put(value, left); }
  }
  for (BigDecimal value : member[6]) {
    window.numbers.remove((int) Collections.binarySearch(window.numbers, value));
    window.total = window.total.subtract(value);
  }
}
boolean compared(List conditions, BigDecimal found, BigDecimal scale) {
  for (def condition : conditions) {
    String operator = condition[0];
    int order = found.compareTo(new BigDecimal(condition[1]).multiply(scale));
    boolean holds = operator == '>' ? order > 0 : operator == '>=' ? order >= 0 : operator == '<' ? order < 0
        : operator == '<=' ? order <= 0 : operator == '==' ? order == 0 : order != 0;
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
boolean said(List node, List times) {
  if (node[0] == 'rule') { return !((Deque) times[node[1]]).isEmpty(); }
  if (node[0] == 'not') { return !said(node[1], times); }
  boolean every = node[0] == 'and';
  for (def part : node[1]) { if (said(part, times) != every) { return !every; } }
  return every;
}
boolean holds(Map level, Map window) {
  String type = level.type;
  if (type == 'event_count') { return compared(level.conditions, BigDecimal.valueOf(window.size), BigDecimal.ONE); }
  if (type == 'value_count') {
    return compared(level.conditions, BigDecimal.valueOf((long) window.seen.size()), BigDecimal.ONE);
  }
  if (level.numeric) {
    List numbers = window.numbers;
    if (numbers.isEmpty()) { return false; }
    if (type == 'value_sum') { return compared(level.conditions, window.total, BigDecimal.ONE); }
    if (type == 'value_avg') {
      return compared(level.conditions, window.total, BigDecimal.valueOf((long) numbers.size()));
    }
    long steps = (long) level.share[0] * (numbers.size() - 1);
    long whole = level.share[1];
    int below = (int) (steps / whole);
    BigDecimal low = numbers[below];
    BigDecimal high = numbers[(int) Math.min(below + 1, numbers.size() - 1)];
    BigDecimal scale = BigDecimal.valueOf(whole);
    BigDecimal between = high.subtract(low).multiply(BigDecimal.valueOf(steps % whole));
    return compared(level.conditions, low.multiply(scale).add(between), scale);
  }
  if (type == 'temporal_ordered' && !ordered(window.times)) { return false; }
  if (level.expression != null) { return said(level.expression, window.times); }
  long met = 0;
  for (Deque hits : window.times) { if (!hits.isEmpty()) { met++; } }
  return compared(level.conditions, BigDecimal.valueOf(met), BigDecimal.ONE);
}
"""
"""What is kept count of inside the window, and whether the condition holds there.

A percentile lies on the straight line between two numbers; both sides of its comparison are multiplied by what its
share is divided by, so that each is exact. So it is with a mean and the count of its numbers.
"""
_GROUPS = """
Map grouped(List rows, boolean numeric) {
  Map groups = new LinkedHashMap();
  for (def row : rows) {
    Map here = new LinkedHashMap();
    for (def part : row[2]) {
      for (def key : part[2]) {
        List member = here.get(key);
        if (member == null) {
          member = [row[0], row[1], new TreeSet(), part[4], part[3], part[1], []];
          here.put(key, member);
        } else if (part[1] < member[5]) {
          member[5] = part[1];
          member[4] = part[3];
        }
        member[2].add(part[1]);
      }
    }
    for (def entry : here.entrySet()) {
      List member = entry.getValue();
      if (numeric) {
        for (String text : member[4]) {
          BigDecimal value = number(text);
          if (value != null) { member[6].add(value); }
        }
        member[4] = [];
      }
      groups.computeIfAbsent(entry.getKey(), unused -> new ArrayList()).add(member);
    }
  }
  return groups;
}
List fired(Map level, List members) {
  Map window = ['size': 0L, 'seen': new HashMap(), 'times': [], 'numbers': [], 'total': BigDecimal.ZERO];
  for (int rule = 0; rule < level.rules; rule++) { window.times.add(new ArrayDeque()); }
  List found = [];
  int oldest = 0;
  int next = 0;
  boolean held = false;
  while (next < members.size()) {
    List first = members[next];
    long time = first[0];
    while (next < members.size() && members[next][0] == time) { enter(window, members[next++]); }
    while (members[oldest][0] < time - level.span) { leave(window, members[oldest++]); }
    boolean now = holds(level, window);
    if (now && !held) { found.add(first); }
    held = now;
  }
  return found;
}
"""
"""The members of each group, in order, and those at which a group fires.

A member is ``[milliseconds, id, rules, kept, values, first rule, numbers]``.
"""
_CHAIN = """
int order(List one, List other) {
  int found = Long.compare((long) one[0], (long) other[0]);
  return found != 0 ? found : ((String) one[1]).compareTo((String) other[1]);
}
List columns(List which, List key, List kept) {
  List found = [];
  for (def column : which) {
    if (column[0] == 'group') { found.add([key[column[1]]]); } else { found.add(kept[column[1]]); }
  }
  return found;
}
List rows = [];
for (def part : states) { if (part != null) { rows.addAll(part); } }
rows.sort((a, b) -> order(a, b));
List handed = [];
for (def level : params.levels) { handed.add([]); }
List fires = [];
for (int place = 0; place < params.levels.size(); place++) {
  def level = params.levels[place];
  List own = handed[place];
  for (def row : rows) {
    List parts = [];
    for (def part : row[2]) { if (part[0] == place) { parts.add(part); } }
    if (!parts.isEmpty()) { own.add([row[0], row[1], parts]); }
  }
  own.sort((a, b) -> order(a, b));
  def above = level.above;
  for (def group : grouped(own, level.numeric).entrySet()) {
    List key = group.getKey();
    for (List member : fired(level, group.getValue())) {
      if (above == null) {
        if (params.since == null || member[0] > Long.parseLong(params.since) - params.slack) {
          fires.add([member[1], member[0], key]);
        }
        continue;
      }
      List keys = choices(columns(above.groups, key, member[3]));
      if (keys.isEmpty()) { continue; }
      List values = columns(above.values, key, member[3]);
      values = params.levels[above.level].numeric ? values[0] : choices(values);
      List part = [above.level, above.rule, keys, values, columns(above.kept, key, member[3])];
      handed[above.level].add([member[0], member[1], [part]]);
    }
  }
}
return fires;
"""
REDUCE = _CHOICES + _NUMBERS + _TALLY + _GROUPS + _CHAIN
"""The firings of the outermost level: ``semantics.md``, correlation window, and what fires.

What it gives is a list of ``[id, milliseconds, group]``.
"""


def firings(params: Mapping[str, Any]) -> dict[str, Any]:
    """The aggregation that gives a correlation's firings.

    ``params``: ``time`` (the field), ``levels``, ``marks`` (by field what stands there where it is missing), and
    ``branches``. A branch has its ``level``, the place of its ``rule`` there, and the fields of its ``groups``, of the
    ``values`` to be counted and of what is ``kept`` for the level above. A level has ``type``, ``rules`` (how many),
    ``conditions``, ``span`` (milliseconds), ``numeric``, ``share`` (of a percentile, as a fraction), ``expression`` if
    it has one, and but for the outermost ``above``: where it goes on, with each column there as a place in its own
    group or in what is kept. ``id`` names a field that identifies a document; the outermost level fires after
    ``since`` less ``slack``, in milliseconds.
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
