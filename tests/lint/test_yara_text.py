"""Taking a YARA file apart."""

from compiler.diagnostics import Span
from compiler.lint.yara_text import File, Pattern, Written, bare, read_file, read_rule

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
    assert read_file(FILE, "x.yar") == File(
        imports=(("math", Span("x.yar", 1, 8)),),
        rules={
            "helper": Written("helper", ("private",), Span("x.yar", 3, 14), 3, (), " true }\n"),
            "two": Written(
                "two",
                ("global", "private"),
                Span("x.yar", 4, 21),
                15,
                (
                    Pattern("$a", "text", r"a \"quoted\" / text", "wide nocase", Span("x.yar", 8, 9)),
                    Pattern("$", "regex", r'a\/b[/"]+c{1,2}', "fullword", Span("x.yar", 9, 9)),
                    Pattern("$hex", "hex", " 4D 5A [2-4] ( 00 | 01 ) ", "", Span("x.yar", 10, 9)),
                    Pattern("$b", "text", "//", "xor(1-255) private", Span("x.yar", 11, 9)),
                ),
                '\n        filesize < 10 and $a and "" != ""\n}\n',
            ),
        },
    )


def test_bare_text_has_neither_comments_nor_texts() -> None:
    """What is left is code, so that a word in a string is not taken for one of the condition."""
    assert bare('a // "b"\n"c" /* d */ e') == 'a \n""  e'


def test_regex_in_a_condition_is_no_head() -> None:
    """A regular expression after ``matches`` is passed over whole."""
    text = 'rule a { condition: "x" matches /rule b { \\/* / or filesize < 9 }'
    assert [(rule.name, rule.condition) for rule in read_file(text, "x").rules.values()] == [
        ("a", ' "" matches /rule b { \\/* / or filesize < 9 }')
    ]


def test_rule_with_an_odd_head_has_no_strings() -> None:
    """Where a comment stands before the identifier nothing is known of the rule but the text of its file."""
    text = 'rule /* */ odd { strings: $a = "abcd" condition: $a }'
    assert read_rule(text, "x", "odd") == Written(
        "odd", (), Span("x"), 1, (), 'rule  odd { strings: $a = "" condition: $a }'
    )
