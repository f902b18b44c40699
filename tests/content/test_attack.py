"""ATT&CK in the tree: what it says, the bundle made for pySigma, and how it is refreshed."""

import json
import pathlib
import socket

import pytest
from sigma.data import mitre_attack

from compiler.content.attack import Technique, attack_stix, load_attack, url
from compiler.content.attack_refresh import compact, main, render

DATA = pathlib.Path("compiler/content/attack.json")


def _pattern(id: str, name: str, *tactics: str, **more: object) -> dict[str, object]:
    phases = [{"kill_chain_name": "mitre-attack", "phase_name": tactic} for tactic in tactics]
    reference = {"source_name": "mitre-attack", "external_id": id}
    return {
        "type": "attack-pattern",
        "id": f"attack-pattern--{id}",
        "name": name,
        "external_references": [reference],
        "kill_chain_phases": phases,
        **more,
    }


def test_tactics_are_those_of_version_19() -> None:
    """The tree holds v19, in which Defense Evasion has become Stealth and Defense Impairment."""
    attack = load_attack()
    assert attack.version == "19.0"
    assert len(attack.tactics) == 15
    assert attack.tactic("defense-evasion") is None
    stealth, impairment = attack.tactics["stealth"], attack.tactics["defense-impairment"]
    assert (stealth.id, stealth.name) == ("TA0005", "Stealth")
    assert (impairment.id, impairment.name) == ("TA0112", "Defense Impairment")


def test_technique_is_found_by_id_in_any_letter_case() -> None:
    """Sigma tags write techniques in lower case and advisories in upper case; both find the same one."""
    expected = Technique("T1505.003", "Web Shell", ("persistence",))
    assert load_attack().technique("t1505.003") == load_attack().technique("T1505.003") == expected


def test_technique_that_never_was_is_none() -> None:
    """An id that ATT&CK never had gives None."""
    assert load_attack().technique("T9999") is None


def test_technique_that_has_gone_names_its_successor() -> None:
    """A technique that v19 dropped is still known, as revoked and with what took its place."""
    gone = load_attack().techniques["T1562.001"]
    assert (gone.name, gone.current, gone.successor) == ("Disable or Modify Tools", False, "T1685")
    assert load_attack().techniques["T1685"].current


def test_every_tactic_and_successor_of_a_current_technique_exists() -> None:
    """No current technique names a tactic, and no revoked one a successor, that the same version does not have."""
    attack = load_attack()
    for technique in attack.techniques.values():
        if technique.current:
            assert set(technique.tactics) <= set(attack.tactics), technique.id
        if technique.successor:
            assert attack.techniques[technique.successor].current, technique.id


def test_full_name_puts_the_parent_before_a_sub_technique() -> None:
    """Reports name a sub-technique together with its parent, and a technique by itself."""
    assert load_attack().full_name("T1505.003") == "Server Software Component: Web Shell"
    assert load_attack().full_name("T1505") == "Server Software Component"


def test_groups_and_software_are_named() -> None:
    """The group and the tools of the first content can be named by id."""
    attack = load_attack()
    assert (attack.groups["G0125"], attack.malware["S0020"], attack.tools["S0002"]) == (
        "HAFNIUM",
        "China Chopper",
        "Mimikatz",
    )


@pytest.mark.parametrize(
    ("id", "page"),
    [
        ("T1505.003", "techniques/T1505/003/"),
        ("t1190", "techniques/T1190/"),
        ("TA0005", "tactics/TA0005/"),
        ("G0125", "groups/G0125/"),
        ("S0020", "software/S0020/"),
    ],
)
def test_url_is_the_canonical_page(id: str, page: str) -> None:
    """Each kind of id has its page, with the trailing slash that spares a redirect."""
    assert url(id) == f"https://attack.mitre.org/{page}"


@pytest.mark.parametrize("id", ["", "T15", "T1505.3", "TA0005.001", "M1013", "T1505/003", "xT1505"])
def test_url_refuses_what_is_no_id(id: str) -> None:
    """What is no id gives an error and not a dead link."""
    with pytest.raises(ValueError, match="no ATT&CK id"):
        url(id)


def test_pysigma_reads_the_bundle_without_a_network(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our bundle is all that pySigma needs: no socket is opened, and revoked techniques are left out."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    for name in ("_cache", "_custom_url", "_custom_cache_dir"):
        monkeypatch.setattr(mitre_attack, name, None)
    bundle = tmp_path / "attack.json"
    bundle.write_text(json.dumps(attack_stix()), encoding="utf-8")
    mitre_attack.set_cache_dir(str(tmp_path / "cache"))
    mitre_attack.set_url(str(bundle))
    assert mitre_attack.mitre_attack_version == "19.0"
    assert mitre_attack.mitre_attack_techniques["T1505.003"] == "Web Shell"
    assert mitre_attack.mitre_attack_techniques_tactics_mapping["T1140"] == ["stealth"]
    assert mitre_attack.mitre_attack_tactics["TA0112"] == "defense-impairment"
    assert mitre_attack.mitre_attack_intrusion_sets["G0125"] == "HAFNIUM"
    assert "T1562" not in mitre_attack.mitre_attack_techniques


def test_data_carries_the_notice_and_stays_small(root: pathlib.Path) -> None:
    """MITRE's terms ask for the copyright designation and the licence in every copy; the copy stays below 200 kB."""
    assert "© 2026 The MITRE Corporation. This work is reproduced and distributed" in load_attack().notice
    assert "non-exclusive, royalty-free license" in load_attack().notice
    assert (root / DATA).stat().st_size < 200_000


def test_refresh_reproduces_the_file_in_the_tree(
    root: pathlib.Path, shared: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Refreshing from the same input gives the same bytes."""
    source = json.loads((root / DATA).read_bytes())["source"]
    inputs = [str(shared / "schemas" / name) for name in ("attack.json", "attack-18.1.json")]
    main([*inputs, "--source", source, "--output", str(tmp_path / "attack.json")])
    assert (tmp_path / "attack.json").read_bytes() == (root / DATA).read_bytes()


def test_refresh_follows_revoked_by() -> None:
    """A revoked technique takes its successor from the bundle's relationship; a deprecated one is marked."""
    bundle = {
        "type": "bundle",
        "objects": [
            _pattern("T0002", "New", "stealth"),
            _pattern("T0001", "Old", "stealth", revoked=True),
            _pattern("T0003", "Dropped", "stealth", x_mitre_deprecated=True),
            {
                "type": "relationship",
                "relationship_type": "revoked-by",
                "source_ref": "attack-pattern--T0001",
                "target_ref": "attack-pattern--T0002",
            },
        ],
    }
    assert compact(bundle)["techniques"] == {
        "T0001": {"name": "Old", "tactics": ["stealth"], "revoked": True, "successor": "T0002"},
        "T0002": {"name": "New", "tactics": ["stealth"]},
        "T0003": {"name": "Dropped", "tactics": ["stealth"], "deprecated": True},
    }


def test_refresh_adds_what_has_gone_with_the_one_bearer_of_its_name() -> None:
    """A technique only an older version has is revoked; its name finds a successor only where it is unambiguous."""
    newest = {
        "type": "bundle",
        "objects": [
            _pattern("T0010", "Moved", "stealth"),
            _pattern("T0011", "Twin", "impact"),
            _pattern("T0012", "Twin", "impact"),
        ],
    }
    older = {"T0001": ["Moved", ["defense-evasion"]], "T0002": ["Twin", ["impact"]], "T0010": ["Renamed", ["impact"]]}
    techniques = compact(newest, [older])["techniques"]
    assert techniques["T0001"] == {
        "name": "Moved",
        "tactics": ["defense-evasion"],
        "revoked": True,
        "successor": "T0010",
    }
    assert techniques["T0002"]["successor"] == ""
    assert techniques["T0010"]["name"] == "Moved"


def test_refresh_prefers_the_living_bearer_of_an_id() -> None:
    """Where a bundle holds a revoked and a living object of one id, in either order, the living one counts."""
    living, dead = _pattern("T0001", "Living", "impact"), _pattern("T0001", "Dead", "impact", revoked=True)
    for objects in ([living, dead], [dead, living]):
        assert compact({"type": "bundle", "objects": objects})["techniques"]["T0001"]["name"] == "Living"


def test_refresh_refuses_what_is_no_bundle() -> None:
    """A file that is no STIX bundle is an error and leaves no empty data behind."""
    with pytest.raises(ValueError, match="no STIX bundle"):
        compact({"T1505": ["x", []]})


def test_render_writes_one_entry_a_line() -> None:
    """A refresh reads as a diff: each entry stands on a line of its own, in plain UTF-8."""
    text = render({"notice": "© M", "groups": {"G1": "A", "G2": "B"}})
    assert text == '{\n"notice": "© M",\n"groups": {\n"G1": "A",\n"G2": "B"\n}\n}\n'
