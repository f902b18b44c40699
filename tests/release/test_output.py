"""A folder that appears whole or not at all."""

import pytest

from compiler.diagnostics import UsageError
from compiler.release import output
from compiler.release.output import write_whole

OLD = {"manifest.json": b"old", "gone.txt": b"old"}
NEW = {"manifest.json": b"new", "a/b.txt": b"new"}


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_the_files_and_nothing_else(tmp_path):
    """What an earlier build left is gone, and no working folder stays behind."""
    write_whole(tmp_path / "dist", OLD)
    write_whole(tmp_path / "dist", NEW)
    assert content(tmp_path / "dist") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


@pytest.mark.parametrize("broken", ["write", "swap"])
def test_an_interruption_leaves_the_old_folder_whole(tmp_path, monkeypatch, broken):
    """Whether it comes while writing or while the folders change places."""
    write_whole(tmp_path / "dist", OLD)

    def interrupt(*_):
        raise KeyboardInterrupt

    if broken == "write":
        monkeypatch.setattr(output.Path, "write_bytes", interrupt)
    else:
        rename = output.Path.rename
        monkeypatch.setattr(
            output.Path,
            "rename",
            lambda self, to: (
                interrupt()
                if self.name != "dist" and to.name == "dist" and ".previous" not in self.name
                else rename(self, to)
            ),
        )
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "dist", NEW)
    monkeypatch.undo()
    assert content(tmp_path / "dist") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_run_that_was_killed_between_the_renames_is_mended(tmp_path):
    """The predecessor under its other name comes back before anything else happens."""
    write_whole(tmp_path / "dist", OLD)
    (tmp_path / "dist").rename(tmp_path / ".dist.previous")
    with pytest.raises(ValueError, match="wants to write"):
        write_whole(tmp_path / "dist", {"../x": b""})
    assert content(tmp_path / "dist") == OLD


def test_a_folder_that_is_no_build_is_not_replaced(tmp_path):
    """``--output`` of somebody's home must not cost him his files."""
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="no build of tocsin"):
        write_whole(tmp_path, NEW)
    assert (tmp_path / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a\\b", "a\0b", ""])
def test_a_path_that_leaves_the_folder_is_a_bug_and_writes_nothing(tmp_path, path):
    """A hostile rule name must have been refused before; this is the last line."""
    with pytest.raises(ValueError, match="wants to write"):
        write_whole(tmp_path / "dist", {path: b""})
    assert list(tmp_path.iterdir()) == []
