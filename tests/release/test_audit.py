"""The audit of a build: it passes what was built, and finds every byte that is not."""

import json

import pytest

from compiler.diagnostics import UsageError
from compiler.release.archive import archived, members
from compiler.release.audit import audit
from compiler.release.manifest import as_json, checksums, sha256
from compiler.release.sign import SIGNATURE, signed


def codes(findings):
    return {(finding.code, finding.span.path) for finding in findings}


def archive(dist, target="loki"):
    """An archive of a target, by the name with the version."""
    return next(path for path in sorted((dist / target).glob("tocsin-*")) if "latest" not in path.name)


def put(dist, path, content):
    (dist / path).write_bytes(content)


def resummed(dist):
    """Write sha256sums.txt anew, as somebody who changed a file would."""
    files = {
        path.relative_to(dist).as_posix(): path.read_bytes()
        for path in dist.rglob("*")
        if path.is_file() and path.name not in ("sha256sums.txt", SIGNATURE)
    }
    put(dist, "sha256sums.txt", checksums(files))


def test_what_was_built_passes(dist):
    """Nothing is wrong with a build, nor with one of its archives, under either name."""
    assert audit(dist) == []
    for path in sorted(dist.glob("*/tocsin-*-*")):
        assert audit(path) == []


def test_every_byte_of_an_archive_counts(dist):
    """A byte changed anywhere in an archive is found, also where an unpacker would not look."""
    path = archive(dist)
    whole = path.read_bytes()
    for place in (4, 9, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert ("PKG020", f"loki/{path.name}") in codes(audit(dist))
        assert "PKG020" in {finding.code for finding in audit(path)}
    path.write_bytes(whole)
    assert audit(dist) == []


def test_a_file_added_is_found(dist):
    """Beside the packages or within one, also if the sums were made anew."""
    put(dist, "loki/extra.yaml", b"groups: []\n")
    assert codes(audit(dist)) == {("PKG021", "loki/extra.yaml")}
    resummed(dist)
    assert codes(audit(dist)) == {("PKG021", "loki/extra.yaml")}


def test_a_file_removed_is_found(dist):
    """Also if the sums were made anew."""
    (dist / "loki" / "rules.yaml").unlink()
    assert codes(audit(dist)) == {("PKG022", "loki/rules.yaml")}
    resummed(dist)
    assert codes(audit(dist)) == {("PKG022", "loki/rules.yaml")}


def test_an_edited_manifest_is_found(dist):
    """A query that claims more than was shown changes the manifest's own hash."""
    told = json.loads((dist / "manifest.json").read_text())
    told["queries"][0]["assurance"] = "executed"
    put(dist, "manifest.json", as_json(told))
    assert codes(audit(dist)) == {("PKG020", "manifest.json")}
    resummed(dist)
    assert codes(audit(dist)) == {("PKG020", "manifest.json")}
    assert codes(audit(archive(dist))) == set()


@pytest.mark.parametrize("path", ["provenance.json", "sbom.cdx.json", "sha256sums.txt"])
def test_an_edit_of_what_tells_of_the_build_is_found(path, dist):
    """The statement, the list of components and the sums cannot be changed alone."""
    put(dist, path, (dist / path).read_bytes().replace(b"0", b"1", 1))
    assert audit(dist) != []


def test_a_link_is_no_file_of_a_build(dist):
    """What a link points to can change after the audit."""
    (dist / "loki" / "rules.yaml").rename(dist.parent / "rules.yaml")
    (dist / "loki" / "rules.yaml").symlink_to(dist.parent / "rules.yaml")
    assert ("PKG020", "loki/rules.yaml") in codes(audit(dist))


def test_an_archive_holds_its_package_and_nothing_else(dist):
    """An archive with another file fails even where manifest, statement and sums were made to fit."""
    path = archive(dist)
    told = json.loads((dist / "manifest.json").read_text())
    entry = next(one for one in told["archives"] if one["target"] == "loki")
    inside = {**members("tar.gz", path.read_bytes()), f"{entry['top']}/evil.sh": b"rm"}
    content = archived("tar.gz", "", inside, 1_700_000_000)
    for name in (entry["path"], entry["latest"]):
        put(dist, name, content)
    before = entry["sha256"]
    for name in ("manifest.json", "provenance.json"):
        put(dist, name, (dist / name).read_bytes().replace(before.encode(), sha256(content).encode()))
    stated = json.loads((dist / "provenance.json").read_text())
    subject = next(one for one in stated["subject"] if one["name"] == "manifest.json")
    subject["digest"]["sha256"] = sha256((dist / "manifest.json").read_bytes())
    put(dist, "provenance.json", as_json(stated))
    resummed(dist)
    assert codes(audit(dist)) == {("PKG023", entry["path"])}
    assert codes(audit(path)) == {("PKG023", entry["path"])}


def test_an_archive_without_its_manifest_cannot_be_audited(dist, tmp_path):
    """There is nothing to hold it against: a plain error, not a pass."""
    alone = tmp_path / "elsewhere" / "deeper" / archive(dist).name
    alone.parent.mkdir(parents=True)
    alone.write_bytes(archive(dist).read_bytes())
    with pytest.raises(UsageError, match=r"no manifest\.json"):
        audit(alone)
    (dist / "manifest.json").write_text("[]")
    with pytest.raises(UsageError, match="no build of tocsin"):
        audit(dist)


@pytest.fixture
def keys(tmp_path):
    """A key pair of minisign and another public key, made here."""
    minisign = pytest.importorskip("minisign", reason="needs the extra `sign`")
    pair, other = minisign.KeyPair.generate(), minisign.KeyPair.generate()
    paths = [tmp_path / name for name in ("secret.key", "public.pub", "other.pub")]
    for path, key in zip(paths, (pair.secret_key, pair.public_key, other.public_key), strict=True):
        path.write_bytes(bytes(key))
    return paths


def test_a_signature_holds_for_the_key_that_made_it_alone(dist, keys):
    """With a public key the sums must be signed by it, unchanged since."""
    secret, public, other = keys
    assert codes(audit(dist, public)) == {("PKG024", SIGNATURE)}
    sums = (dist / "sha256sums.txt").read_bytes()
    put(dist, SIGNATURE, signed(sums, secret))
    assert audit(dist) == []
    assert audit(dist, public) == []
    assert audit(archive(dist), public) == []
    assert codes(audit(dist, other)) == {("PKG024", SIGNATURE)}
    put(dist, "sha256sums.txt", sums + b"\n")
    assert ("PKG024", SIGNATURE) in codes(audit(dist, public))


def test_a_signature_is_the_same_bytes_again(keys):
    """No time of day is in it."""
    assert signed(b"sums", keys[0]) == signed(b"sums", keys[0])


def test_a_file_that_is_no_key_is_a_plain_error(dist, keys, tmp_path):
    """Neither a secret nor a public key can be read from rubbish."""
    (tmp_path / "rubbish").write_text("no key")
    with pytest.raises(UsageError, match="cannot sign"):
        signed(b"sums", tmp_path / "rubbish")
    put(dist, SIGNATURE, signed(b"sums", keys[0]))
    with pytest.raises(UsageError, match="no public key"):
        audit(dist, tmp_path / "rubbish")
