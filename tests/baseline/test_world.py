"""The organisation: everybody is somebody else, and keeps hours."""

from compiler.baseline.clock import is_office_day, wall
from compiler.baseline.world import build

WORLD = build(20260914, 7)


def test_people_differ():
    """Logins, hosts, addresses, homes and security identifiers are each one person's own."""
    people = WORLD.people
    assert len(people) == 39
    for key in ("login", "host", "number", "mailbox"):
        assert len({getattr(person, key) for person in people}) == len(people)
    assert len({person.host.address for person in people}) == len(people)


def test_people_keep_hours():
    """Almost everybody comes between six and ten on an office day and stays seven to nine hours."""
    shifts = [shift for person in WORLD.people for shift in WORLD.shifts(person)]
    office = [(came, went) for came, went in shifts if is_office_day(wall(came).weekday())]
    assert all(6 <= wall(came).hour <= 10 for came, _ in office)
    assert len(shifts) - len(office) < len(office) // 10


def test_habits_hang_on_the_seed():
    """Another seed gives the same people other habits."""
    other = build(1, 7)
    assert [person.login for person in other.people] == [person.login for person in WORLD.people]
    assert [person.starts for person in other.people] != [person.starts for person in WORLD.people]


def test_an_activity_does_not_disturb_another():
    """Dice of one activity give the same draws whatever else was drawn before."""
    first = WORLD.dice("a").hexa(16)
    WORLD.dice("b").hexa(16)
    assert WORLD.dice("a").hexa(16) == first
