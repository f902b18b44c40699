"""EQL's conditions as the queries that Elasticsearch's EQL makes of them, to run these where EQL cannot be had.

Which query a comparison becomes is told in ``querytranslator_tests.txt`` of elastic/elasticsearch
(x-pack/plugin/eql/src/test/resources). ``string()`` becomes a script and is not translated.
"""

import json
import re

from compiler.engines.engine import Answer, Ask
from compiler.engines.eql_condition import field_of, words

_RANGES = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


class UntranslatedError(Exception):
    """A script."""


def translated(text):
    """The query of one EQL query over single events."""
    tokens = words(text)
    assert tokens[:2] == ["any", "where"]
    query, rest = _either(tokens[2:])
    assert rest == []
    return query


def _either(tokens):
    return _joined(tokens, "or", _both, "should")


def _both(tokens):
    return _joined(tokens, "and", _negated, "must")


def _joined(tokens, word, part, key):
    one, tokens = part(tokens)
    parts = [one]
    while tokens[:1] == [word]:
        one, tokens = part(tokens[1:])
        parts.append(one)
    return (parts[0] if len(parts) == 1 else {"bool": {key: parts}}), tokens


def _negated(tokens):
    if tokens[0] == "not":
        query, tokens = _negated(tokens[1:])
        return _not(query), tokens
    if tokens[0] == "(":
        query, tokens = _either(tokens[1:])
        assert tokens[0] == ")"
        return query, tokens[1:]
    if tokens[0] in ("true", "false"):
        return {"match_all" if tokens[0] == "true" else "match_none": {}}, tokens[1:]
    return _compared(tokens)


def _not(query):
    return {"bool": {"must_not": [query]}}


def _compared(tokens):
    if tokens[0] == "string":
        raise UntranslatedError
    if tokens[0] == "cidrMatch":
        values, rest = _listed(["(", *tokens[4:]])
        return {"terms": {field_of(tokens[2]): values}}, rest
    name, operator, tokens = field_of(tokens[0]), tokens[1], tokens[2:]
    if tokens[0] == "null":
        there = {"exists": {"field": name}}
        return (_not(there) if operator == "==" else there), tokens[1:]
    values, tokens = _listed(tokens) if tokens[0] == "(" else ([_constant(tokens[0])], tokens[1:])
    if operator in _RANGES:
        return {"range": {name: {_RANGES[operator]: values[0]}}}, tokens
    if operator == "in":
        return {"terms": {name: values}}, tokens
    found = [_tested(name, operator, value) for value in values]
    return (found[0] if len(found) == 1 else {"bool": {"should": found}}), tokens


def _tested(name, operator, value):
    ignoring = {"case_insensitive": True} if operator in (":", "in~", "like~", "regex~") else {}
    if operator.startswith("regex"):
        return {"regexp": {name: {"value": value, **ignoring}}}
    if operator in (":", "like", "like~") and re.search("[*?]", value):
        if set(value) == {"*"}:
            return {"exists": {"field": name}}
        return {"wildcard": {name: {"value": value.replace("\\", "\\\\"), **ignoring}}}
    return {"term": {name: {"value": value, **ignoring}}}


def _listed(tokens):
    values, tokens = [_constant(tokens[1])], tokens[2:]
    while tokens[0] == ",":
        values, tokens = [*values, _constant(tokens[1])], tokens[2:]
    assert tokens[0] == ")"
    return values, tokens[1:]


def _constant(token):
    return json.loads(re.sub(r"\\u\{([0-9a-f]{4})\}", r"\\u\1", token))


class OnServer:
    """An engine that asks a server, which is open, for what EQL makes of its conditions."""

    name = "elasticsearch"
    kind = "executed"
    languages = frozenset({"eql"})

    def __init__(self, server):
        self.server = server
        self.version = server.version
        self.untranslated = set()

    def run(self, tables, asks):
        """Each query translated; one with a script is left without an answer."""
        answers, queries = [Answer(None)] * len(asks), []
        for number, ask in enumerate(asks):
            try:
                queries.append((number, json.dumps({"query": translated(ask.text)})))
            except UntranslatedError:
                self.untranslated.add(ask.text)
        said = self.server.run(tables, [Ask("dsl", text, asks[number].settings) for number, text in queries])
        for (number, _), answer in zip(queries, said, strict=True):
            answers[number] = answer
        return answers
