"""Finding files in a tree that may come from a stranger."""

import os

import pytest

from compiler.content.files import FileRefusedError, beside, read, walk


def names(top, base=None):
    return [(entry.path, bool(entry.fault)) for entry in walk(top, (".yml",), base or top)]


def test_files_come_in_the_order_of_their_paths(tmp_path):
    """The order is that of the paths whatever the file system says, and other suffixes are passed over."""
    for name in ("b/x.yml", "a.yml", "b/a.yml", "c.txt", ".hidden/x.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path) == [("a.yml", False), ("b/a.yml", False), ("b/x.yml", False)]


def test_a_link_that_leads_out_of_the_tree_is_told_and_not_opened(tmp_path):
    """A rule in a pull request must not read the machine that checks it."""
    (tmp_path / "secret.yml").write_text("title: secret")
    top = tmp_path / "rules"
    top.mkdir()
    (top / "a.yml").symlink_to(tmp_path / "secret.yml")
    (top / "sub").symlink_to(tmp_path)
    assert names(top) == [("a.yml", True), ("sub", True)]
    entry = next(iter(walk(top, (".yml",), top)))
    with pytest.raises(FileRefusedError, match="leads out of the tree"):
        read(entry)


def test_a_link_within_the_tree_is_read(tmp_path):
    """Only leaving is refused."""
    (tmp_path / "a.yml").write_text("title: a")
    (tmp_path / "b.yml").symlink_to(tmp_path / "a.yml")
    assert names(tmp_path) == [("a.yml", False), ("b.yml", False)]


def test_links_in_a_circle_are_told(tmp_path):
    """Following one never ends; it is a finding like any other file that cannot be read."""
    (tmp_path / "a.yml").symlink_to("b.yml")
    (tmp_path / "b.yml").symlink_to("a.yml")
    assert [(entry.path, entry.fault) for entry in walk(tmp_path, (".yml",), tmp_path)] == [
        ("a.yml", "cannot be read: Too many levels of symbolic links"),
        ("b.yml", "cannot be read: Too many levels of symbolic links"),
    ]


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    """Rules that nobody may see would else be passed over in silence."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.yml").touch()
    scan = os.scandir

    def refusing(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert [(entry.path, entry.fault) for entry in walk(tmp_path, (".yml",), tmp_path)] == [
        ("a.yml", ""),
        ("closed", "cannot be read: Permission denied"),
    ]


def test_what_is_no_plain_file_is_told(tmp_path):
    """Opening a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.yml")
    assert names(tmp_path) == [("pipe.yml", True)]


def test_a_name_with_control_characters_is_told_without_them(tmp_path):
    """A file name is printed, and must not be able to write to the terminal."""
    (tmp_path / "a\x1b[2J.yml").touch()
    assert names(tmp_path) == [("a\N{REPLACEMENT CHARACTER}[2J.yml", True)]


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "", ".", "..", "a\\b", "absent.log"])
def test_a_sample_is_a_plain_name_in_its_folder(tmp_path, name):
    """A cases file cannot reach out of its folder."""
    with pytest.raises(FileRefusedError):
        beside(tmp_path, name)
