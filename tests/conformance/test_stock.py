"""The named defects of stock pySigma are there, and are told as they are."""

import importlib.util
import pathlib
import sys
import warnings

import pytest

from compiler.asked import engines_named
from compiler.verify.translation import opened

FOLDER = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def stock():
    """The script that writes ``STOCK.md``, with the modules beside it."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("conformance_stock", FOLDER / "stock.py")
        made = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = made
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(FOLDER))
    return made


def hold(stock, names):
    """Each defect that the engines can show is one, and stands in the list as it was shown; how many these are."""
    text = (FOLDER / "STOCK.md").read_text(encoding="utf-8")
    with warnings.catch_warnings(), opened(*engines_named(names)) as (engines, missing):
        warnings.simplefilter("ignore")
        if missing:
            pytest.skip(missing[0])
        found = list(stock.defects(engines))
    assert [(one.backend, one.file) for one in found if not (one.misses or one.finds or one.refused)] == []
    assert [(one.backend, one.file) for one in found if one.markdown not in text] == []
    return len(found)


def test_each_defect_is_shown_by_an_engine_of_the_default_installation(stock):
    """Splunk's, EQL's and Kusto's: stock's query selects other events, or is refused."""
    assert hold(stock, ()) == sum(len(stock.DEFECTS[name]) for name in ("splunk", "elastic eql", "sentinel"))


@pytest.mark.engines
@pytest.mark.parametrize(("engine", "backend"), [("elasticsearch", "elastic esql"), ("opensearch", "opensearch")])
def test_each_defect_is_shown_by_the_server_itself(stock, engine, backend):
    """ES|QL's and Lucene's, on Elasticsearch and OpenSearch."""
    assert hold(stock, (engine,)) == len(stock.DEFECTS[backend])


def test_the_list_is_whole(stock):
    """Every defect that is named stands in the list, as many as its head says."""
    text = (FOLDER / "STOCK.md").read_text(encoding="utf-8")
    named = [file for files in stock.DEFECTS.values() for file in files]
    assert [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")] == named
    assert f"{len(named)} defects of the stock backends" in text
    assert all((FOLDER / f"{file}.yml").is_file() for file in named)
