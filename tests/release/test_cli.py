"""`tocsin build` and `tocsin audit` as a user calls them: exit codes, the lock, the signature."""

import pytest

from compiler.cli import main
from compiler.release.sign import SIGNATURE
from tests.release.conftest import RULE


def run(capsys, *words):
    """The exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    shown = capsys.readouterr()
    return caught.value.code, shown.out, shown.err


@pytest.fixture
def tree(tmp_path, root):
    """A tree with one rule and our sources."""
    top = tmp_path / "tree"
    (top / "detections" / "sigma").mkdir(parents=True)
    (top / "detections" / "sigma" / "web_server_shell.yml").write_bytes(RULE)
    (top / "detections" / "sources").mkdir()
    for name in ("sysmon.yml", "security.yml"):
        (top / "detections" / "sources" / name).write_bytes((root / "detections" / "sources" / name).read_bytes())
    return top


def test_audit_passes_a_build_and_fails_a_changed_one(dist, capsys):
    """0 and one line for what was built, 1 and the file for what was changed, 2 where there is nothing to audit."""
    assert run(capsys, "audit", dist) == (0, f"{dist} is byte for byte what was built\n", "")
    assert run(capsys, "audit", dist, "--format", "json") == (0, "[]\n", "")
    (dist / "loki" / "rules.yaml").write_text("groups: []\n")
    code, out, _ = run(capsys, "audit", dist)
    assert code == 1
    assert "loki/rules.yaml:1:1: error[PKG020]" in out
    code, _, err = run(capsys, "audit", dist / "loki")
    assert code == 2
    assert "no build of tocsin" in err


def test_build_writes_the_lock_when_it_is_asked(tree, tmp_path, capsys):
    """The rule is in it with its stanza, and the next build has nothing to say of it."""
    words = ("build", "--root", tree, "--output", tmp_path / "dist", "-t", "splunk")
    run(capsys, *words)
    assert not (tree / "detections" / "lock.yml").exists()
    run(capsys, *words, "--update-lock")
    text = (tree / "detections" / "lock.yml").read_text()
    assert "stanza: Tocsin - Shell of a Web Server - Rule" in text


def test_build_signs_with_the_key_of_the_user(tree, tmp_path, capsys):
    """The signature lies beside the sums and holds; without a key there is none."""
    minisign = pytest.importorskip("minisign", reason="needs the extra `sign`")
    pair = minisign.KeyPair.generate()
    (tmp_path / "secret.key").write_bytes(bytes(pair.secret_key))
    (tmp_path / "public.pub").write_bytes(bytes(pair.public_key))
    dist = tmp_path / "dist"
    words = ("build", "--root", tree, "--output", dist, "-t", "loki")
    run(capsys, *words)
    assert not (dist / SIGNATURE).exists()
    run(capsys, *words, "--sign-key", tmp_path / "secret.key")
    assert run(capsys, "audit", dist, "--public-key", tmp_path / "public.pub") == (
        0,
        f"{dist} is byte for byte what was built, and signed with this key\n",
        "",
    )
    (dist / SIGNATURE).unlink()
    code, out, _ = run(capsys, "audit", dist, "--public-key", tmp_path / "public.pub")
    assert code == 1
    assert "PKG024" in out
