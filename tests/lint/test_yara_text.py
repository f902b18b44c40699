"""Taking a YARA file apart."""

from compiler.diagnostics import Span
from compiler.lint.yara_text import Head, Import, Pattern, bare, read_text

FILE = r"""import "math" // import "pe"
/* rule no { } */
private rule helper { condition: true }
global private rule two : tag {
    meta:
        description = "rule three { $a = \"x\" }"
    strings:
        $a = "a \"quoted\" / text" wide nocase
        $ = /a\/b[/"]+c{1,2}/is fullword
        $hex = { 4D 5A [2-4] ( 00 | 01 ) }
        $b="//" xor(1-255) private
    condition:
        filesize < 10 and $a and "x" != "filesize"
}
"""


def test_rules_imports_and_strings_are_found() -> None:
    """Each declaration once, at its place, with what stands between its marks; comments and texts hold none."""
    assert list(read_text(FILE, "x.yar")) == [
        Import("math", Span("x.yar", 1, 8)),
        Head("helper", ("private",), Span("x.yar", 3, 14)),
        Head("two", ("global", "private"), Span("x.yar", 4, 21)),
        Pattern("two", "$a", "text", r"a \"quoted\" / text", "wide nocase", Span("x.yar", 8, 9)),
        Pattern("two", "$", "regex", r'a\/b[/"]+c{1,2}', "fullword", Span("x.yar", 9, 9)),
        Pattern("two", "$hex", "hex", " 4D 5A [2-4] ( 00 | 01 ) ", "", Span("x.yar", 10, 9)),
        Pattern("two", "$b", "text", "//", "xor(1-255) private", Span("x.yar", 11, 9)),
    ]


def test_bare_text_has_neither_comments_nor_texts() -> None:
    """What is left is code, so that a word in a string is not taken for one of the condition."""
    assert bare('a // "b"\n"c" /* d */ e') == 'a \n""  e'
