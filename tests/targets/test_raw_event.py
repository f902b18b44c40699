"""How raw events write characters: as the libraries that write JSON and XML do."""

import html
import json
from xml.sax.saxutils import escape

import pytest

from compiler.targets.raw_event import altered, forms, written

TEXTS = ['C:\\temp\\"a b"', "a & b < c > d 'e' \"f\"", "/etc/passwd é", ""]


@pytest.mark.parametrize("text", TEXTS)
def test_the_usual_form_is_what_a_writer_of_json_or_xml_gives(text):
    """An event of another form has its values as they are."""
    assert written(text, "json") == json.dumps(text, ensure_ascii=False)[1:-1]
    assert written(text, "xml") == escape(text)
    assert written(text, "") == text


@pytest.mark.parametrize(("escapes", "read"), [("json", lambda said: json.loads(f'"{said}"')), ("xml", html.unescape)])
def test_each_form_is_read_as_the_character(escapes, read):
    """No form stands for another character."""
    assert altered(escapes)
    for character in altered(escapes):
        assert [read(form) for form in forms(character, escapes)] == [character] * len(forms(character, escapes))
