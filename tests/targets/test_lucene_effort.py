"""What Lucene gives up on is told before a server is asked: so it was on Elasticsearch 8.19 and OpenSearch 3.4."""

import pytest

from compiler.targets.lucene_effort import too_complex


@pytest.mark.parametrize(
    ("expression", "at_elasticsearch", "at_opensearch"),
    [
        (".*(foo|bar).{0,8}(x|yz).*", False, False),
        (".*(foo|bar).{0,24}(x|yz).*", True, True),
        (".*a.{8}b.*", False, False),
        (".*a.{12}b.*", True, False),
        (".*a.{15}b.*", True, True),
        (".*ab[^x]{1,8}cd.*", False, False),
        (".*ab[^x]{1,24}cd.*", True, True),
        (".*(Copy\\-Item|cpi) [^\n]{2,24} \\-Destination.*", True, False),
        (".*(Copy\\-Item|cpi) [^\n]{2,32} \\-Destination.*", True, True),
        (".*[A-Za-z0-9+/]{200}.*", False, False),
        (".*[A-Za-z0-9+/]{320}.*", True, False),
        ("[a-z]{900}", False, False),
        (".*([^\n]){200,}.*", False, False),
        (".*(one|two|three|fourteen).*", False, False),
        ("(((((x{60}){60}){60}){60}){60}){60}", True, True),
    ],
)
def test_effort_is_told_as_the_servers_do(expression, at_elasticsearch, at_opensearch):
    """An expression that a server rejects is too complex, and one that it takes with room to spare is not."""
    assert (too_complex(expression), too_complex(expression, 100_000)) == (at_elasticsearch, at_opensearch)


def test_letter_case_that_is_ignored_makes_places_overlap():
    """Where letter case is ignored a capital is met by small letters too, so that more places are open at once."""
    assert not too_complex(".*A(a|b|c){10}x.*", 1_000)
    assert too_complex(".*A(a|b|c){10}x.*", 1_000, folded=True)
