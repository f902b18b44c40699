"""How an alert of Sentinel is told: columns, entities and details for whatever the query returns."""

import pytest

from compiler.content.model import Alert, AlertKind, Entity
from compiler.targets.sentinel_entities import Told, told
from compiler.targets.target import Query


def alert(*entities, title="Made", group=()):
    return Alert(title, tuple(Entity(*pair) for pair in entities), group, (), 3600, AlertKind.FINDING)


def query(tables=("W3CIISLog",), **returned):
    names = {key.replace("_", "-"): value for key, value in returned.items()}
    settings = {"tables": {name: {} for name in tables}}
    return Query("made", "sentinel", "kql", "", (), settings, {"c-ip": ("cIP",)} if not returned else names)


def test_of_several_tables_none_need_be_there():
    """A workspace without one of the tables has not its columns either, and a rule that names them is refused."""
    found = told(
        alert(("ip", "ip")),
        query(("A", "B"), ip=("cIP", "Data.Ip")),
    )
    assert found.stage == (
        '\n| extend Alert_ip = coalesce(tostring(column_ifexists("cIP", "")),'
        ' tostring(column_ifexists("Data", dynamic(null)).Ip))'
    )


@pytest.mark.parametrize(
    ("kind", "field", "expected"),
    [
        ("host", "c-ip", ("Host", {"FullName": "Alert_c_ip"})),
        ("user", "c-ip", ("Account", {"FullName": "Alert_c_ip"})),
        ("mailbox", "c-ip", ("Mailbox", {"MailboxPrimaryAddress": "Alert_c_ip"})),
        ("domain", "c-ip", ("DNS", {"DomainName": "Alert_c_ip"})),
        ("process", "CommandLine", ("Process", {"CommandLine": "Alert_CommandLine"})),
        ("file", "Image", ("File", {"Name": "Alert_Image_Name", "Directory": "Alert_Image_Folder"})),
        ("process", "Image", ("File", {"Name": "Alert_Image_Name", "Directory": "Alert_Image_Folder"})),
        ("hash", "md5", ("FileHash", {"Algorithm": "Alert_md5_Algorithm", "Value": "Alert_md5"})),
    ],
)
def test_a_kind_is_an_entity_with_its_identifiers(kind, field, expected):
    """Each of the entities that Microsoft lists, by what identifies it there."""
    (found,) = told(alert((kind, field)), query(**{field.replace("-", "_"): ("Column",)})).entities
    mapped = {one["identifier"]: one["columnName"] for one in found["fieldMappings"]}
    assert (found["entityType"], mapped) == expected


def test_a_path_is_taken_apart_after_its_column_is_made():
    """A column of one ``extend`` cannot be read in the same."""
    found = told(alert(("file", "Image")), query(Image=("Path",)))
    assert found.stage.split("\n")[1:] == [
        "| extend Alert_Image = tostring(Path)",
        (
            r'| extend Alert_Image_Name = extract(@"[^\\/]*$", 0, Alert_Image), '
            r'Alert_Image_Folder = extract(@"^(.*)[\\/]", 1, Alert_Image)'
        ),
    ]


def test_what_the_query_does_not_return_is_not_told():
    """No entity, no detail, and the rule's own title."""
    found = told(alert(("ip", "c-ip"), ("service", "x"), title="By {c-ip}", group=("c-ip",)), query(c_ip=(), x=("X",)))
    assert (found.entities, found.title, found.group) == ((), "", ())
    assert found.details == {"x": "Alert_x"}


def test_a_title_has_three_columns_at_most():
    """With more Sentinel would fill in some of them."""
    fields = {name: (name,) for name in "abcd"}
    assert told(alert(title="{a} {b} {c}"), query(**fields)).title == "{{Alert_a}} {{Alert_b}} {{Alert_c}}"
    assert told(alert(title="{a} {b} {c} {d}"), query(**fields)).title == ""


def test_an_entity_is_named_once_and_five_at_most():
    """Two fields may be one kind; one field twice is one entity."""
    fields = {f"f{number}": (f"F{number}",) for number in range(7)}
    given = [("ip", "f0"), ("ip", "f0"), *(("ip", name) for name in fields)]
    found = told(alert(*given), query(**fields))
    assert [one["fieldMappings"][0]["columnName"] for one in found.entities] == [f"Alert_f{n}" for n in range(5)]


def test_a_rule_that_says_nothing_of_its_alert_has_no_columns():
    """Rules of other people are packed as they are."""
    assert told(None, query()) == Told()
