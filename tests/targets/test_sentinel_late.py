"""A rule of Sentinel reads an event in the run after it came, however late that is."""

from compiler.targets.sentinel_late import as_run, period
from compiler.targets.target import Query


def query(text, *tables, lets=None, lists=None, **settings):
    made = {"tables": {name: {} for name in tables}, "lets": lets or {}, "lists": lists or {}, "time": "TimeGenerated"}
    return Query("made", "sentinel", "kql", text, (), {**made, **settings})


def test_every_table_is_bound_by_the_time_of_arrival():
    """*Handle ingestion delay*: the bound stands right after each table; a longer period lets late events in."""
    text = 'union isfuzzy=true\n(A\n| where X =~ "A"),\n(B\n| where Y =~ "B")'
    made = query(text, "A", "B")
    assert as_run(made) == (
        "union isfuzzy=true\n"
        '(A\n| where ingestion_time() > ago(65m)\n| where X =~ "A"),\n'
        '(B\n| where ingestion_time() > ago(65m)\n| where Y =~ "B")'
    )
    assert period(made) == 3 * 3600


def test_a_defined_table_is_bound_where_it_reads_the_vendors():
    """A list of the SOC's own is not: what stands there has come long ago."""
    lets = {"Made": "Event\n| where EventLog == 'x'", "Own": "_GetWatchlist('own')"}
    made = query("Made\n| where A in~ ((Own))", "Made", lets=lets, lists={"Own": "own"})
    assert as_run(made) == (
        "let Made =\nEvent\n| where ingestion_time() > ago(65m)\n| where EventLog == 'x';\n"
        "let Own =\n_GetWatchlist('own');\nMade\n| where A in~ ((Own))"
    )


def test_runs_of_a_correlation_overlap():
    """It is told where it began to hold within the last run or a quarter of an hour before."""
    made = query("A\n| where X", "A", timespan=600)
    assert as_run(made) == "A\n| where X\n| where TimeGenerated > ago(75m)"
    assert period(made) == (60 + 15 + 10) * 60


def test_a_query_that_would_be_too_long_is_left_as_it_is():
    """Then it reads the events of its own hour."""
    text = f'A\n| where X == "{"x" * 9_960}"'
    assert (as_run(query(text, "A")), period(query(text, "A"))) == (text, 3600)
