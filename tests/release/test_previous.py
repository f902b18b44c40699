"""The build of the release before, read for upgrades."""

import pytest

from compiler.diagnostics import UsageError
from compiler.release.previous import read_previous


def test_the_files_of_one_package_are_read_without_its_archives(tmp_path):
    """By their paths in the package; of another target none."""
    for path in ("manifest.json", "elastic/rules.ndjson", "elastic/a/b.txt", "elastic/tocsin.zip", "loki/rules.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    assert read_previous(tmp_path, "elastic") == {
        "a/b.txt": b"elastic/a/b.txt",
        "rules.ndjson": b"elastic/rules.ndjson",
    }
    assert read_previous(tmp_path, "splunk") == {}


def test_without_a_release_before_there_is_nothing():
    """Which is how the first release is built."""
    assert read_previous(None, "elastic") == {}


def test_a_folder_that_is_no_build_is_refused(tmp_path):
    """Its package would seem empty, and every rule new."""
    with pytest.raises(UsageError, match="is no build"):
        read_previous(tmp_path, "elastic")
