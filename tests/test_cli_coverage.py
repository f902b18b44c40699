"""The verb ``coverage`` as a user calls it."""

import json

import pytest

from compiler.cli import main
from compiler.release.coverage_text import BEGIN, END


@pytest.fixture
def called(root, capsys):
    """Calls ``coverage`` on a small tree: the exit code, standard output, and standard error."""

    def calling(*words):
        with pytest.raises(SystemExit) as caught:
            main(["coverage", "--root", str(root / "tests" / "lint" / "content"), *map(str, words)])
        shown = capsys.readouterr()
        return caught.value.code, shown.out, shown.err

    return calling


@pytest.fixture
def environment(tmp_path):
    """Writes an environment that collects these sources."""

    def written(*sources):
        file = tmp_path / "ours.yml"
        file.write_text("name: ours\ncollects:\n" + "".join(f"    - source: {name}\n" for name in sources))
        return file

    return written


def test_coverage_of_the_content(called):
    """One line a behaviour, with its rules and their sources."""
    code, out, err = called()
    assert (code, err) == (0, "")
    assert "    3 behaviours: 2 seen, 0 not collected, 0 no rule, 1 not observable\n" in out
    assert "mr_web_example_many, web_example_shell, webshell_example_eval  [files, iis]\n" in out


def test_coverage_of_an_environment(called, environment):
    """What it collects decides what is seen, and each source that it lacks is told with what it would show."""
    code, out, _ = called("--environment", environment("iis"), "--format", "json")
    record = json.loads(out)
    assert code == 0
    assert record["environment"] == {"name": "ours", "title": "ours"}
    assert record["advisories"][0]["totals"]["seen"] == 2
    assert record["gains"] == []


def test_an_environment_at_fault_is_told(called, environment):
    """A source that there is not is an error of the environment, and the exit code says so."""
    code, _, err = called("--environment", environment("iiss"))
    assert code == 1
    assert "ours.yml:3:7: error[ENV003] there is no data source 'iiss'" in err


def test_layers_go_into_a_folder_or_into_one_list(called, environment, tmp_path):
    """The Navigator opens either."""
    words = ("--environment", environment("iis"), "--format", "navigator")
    _, out, _ = called(*words)
    assert [layer["name"] for layer in json.loads(out)] == ["tocsin: aa00-001a", "tocsin: ours"]
    code, out, _ = called(*words, "-o", tmp_path / "layers")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in (tmp_path / "layers").iterdir()) == ["aa00-001a.json", "environment-ours.json"]


def test_totals_are_written_into_a_file(called, tmp_path):
    """Nothing is printed beside."""
    file = tmp_path / "README.md"
    file.write_text(f"# x\n{BEGIN}\n{END}\n")
    assert called("--write", file) == (0, "", "")
    assert "| [aa00-001a](https://www.example.com/aa00-001a) | 3 | 2 | 0 | 1 | 2 | 1 |" in file.read_text()
