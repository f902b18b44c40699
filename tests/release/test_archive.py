"""Archives: the same bytes each time, and what `tar`, `unzip` and Python read back."""

import gzip
import io
import tarfile
import zipfile

import pytest

from compiler.release.archive import archived, members, top_of

FILES = {"b/two.txt": b"2" * 70_000, "a.txt": b"1"}
MOMENT = 1_700_000_000


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_archive_holds_the_files_below_one_folder(form):
    """What went in comes out, by its path below the folder on top."""
    assert members(form, archived(form, "top", FILES, MOMENT)) == {"top/a.txt": b"1", "top/b/two.txt": b"2" * 70_000}


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_archive_is_the_same_bytes_whatever_the_order(form):
    """The order in which files were made does not show."""
    assert archived(form, "top", FILES, MOMENT) == archived(form, "top", dict(reversed(FILES.items())), MOMENT)


def test_gzip_is_one_that_others_read():
    """The stored blocks, the check value and the length are as RFC 1951 and 1952 want them, also of nothing."""
    content = archived("tar.gz", "top", FILES, MOMENT)
    assert len(gzip.decompress(content)) % 512 == 0
    assert int.from_bytes(content[4:8], "little") == MOMENT


def test_owner_mode_and_time_are_fixed():
    """No name of a user and no time of day; 0644 for every file."""
    with tarfile.open(fileobj=io.BytesIO(archived("tar.gz", "top", FILES, MOMENT))) as tar:
        told = {(one.uid, one.gid, one.uname, one.gname, one.mode, one.mtime) for one in tar}
    assert told == {(0, 0, "", "", 0o644, MOMENT)}
    with zipfile.ZipFile(io.BytesIO(archived("zip", "top", FILES, MOMENT))) as archive:
        assert {(one.date_time, one.external_attr >> 16) for one in archive.infolist()} == {
            ((2023, 11, 14, 22, 13, 20), 0o100644)
        }


def test_a_package_with_a_folder_of_its_own_gets_no_other():
    """Splunk wants the app's folder on top of the archive."""
    assert top_of("tocsin-splunk-1.0", ["tocsin/default/app.conf", "tocsin/README.md"]) == ""
    assert top_of("tocsin-loki-1.0", ["rules.yaml"]) == "tocsin-loki-1.0"
    assert top_of("tocsin-sentinel-1.0", ["rules/a.yaml", "README.md"]) == "tocsin-sentinel-1.0"


def test_a_link_in_an_archive_is_refused():
    """Only plain files are ever in an archive of ours."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        link = tarfile.TarInfo("top/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(ValueError, match="no plain file"):
        members("tar.gz", target.getvalue())


def test_a_path_that_is_there_twice_is_refused():
    """Which of the two an unpacker keeps is anybody's guess."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for _ in range(2):
            tar.addfile(tarfile.TarInfo("top/one"), io.BytesIO())
    with pytest.raises(ValueError, match="twice"):
        members("tar.gz", target.getvalue())


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_rubbish_is_a_plain_error(form):
    """Bytes that are no archive, and one that was cut short, raise ``ValueError``."""
    for content in (b"", b"rubbish", archived(form, "top", FILES, MOMENT)[:5000]):
        with pytest.raises(ValueError, match="cannot be read"):
            members(form, content)
