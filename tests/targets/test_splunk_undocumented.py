"""What Splunk's pages do not say of rows that lack a field makes no difference to a chain of correlations."""

import pytest

from compiler.engines import spl_commands, spl_stats
from compiler.engines.spl_text import shown
from tests.targets.test_splunk_correlation import BODIES, agrees, stream

CHAINS = ("burst, then another", "pairs and bursts", "firings and events", "a chain in a chain", "not without a burst")


@pytest.fixture
def drops_rows(monkeypatch):
    """*mvexpand* as if it dropped a row that lacks the field."""
    kept = spl_commands.COMMANDS["mvexpand"]

    def mvexpand(text, tables):
        stage = kept(text, tables)
        return lambda rows: [row for row in stage(rows) if row.get(text) is not None]

    monkeypatch.setitem(spl_commands.COMMANDS, "mvexpand", mvexpand)


@pytest.fixture
def groups_rows(monkeypatch):
    """*streamstats* and *eventstats* as if rows that lack a field of the clause were a group of their own."""
    monkeypatch.setattr(spl_stats, "_key", lambda row, by: tuple(shown(row.get(name)) for name in by))


@pytest.mark.usefixtures("drops_rows")
@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_holds_if_mvexpand_drops_what_lacks_the_field(name, make, spl):
    """Every row has what is expanded, of whichever level it is."""
    assert [seed for seed in range(12) if not agrees(make, spl, BODIES[name], stream(seed))] == []


@pytest.mark.usefixtures("groups_rows")
@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_holds_if_streams_group_what_lacks_the_field(name, make, spl):
    """Rows of other levels are told by their mark, whatever a stream has put into them."""
    assert [seed for seed in range(12) if not agrees(make, spl, BODIES[name], stream(seed))] == []
