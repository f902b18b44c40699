"""The organisation whose ordinary week is recorded: its people with their habits, its hosts, and its addresses.

Everything is made up: names are under example.com, addresses from the documentation ranges (RFC 5737, RFC 3849) or,
inside the organisation, from 10.0.0.0/8.
"""

from __future__ import annotations

import dataclasses

from compiler.baseline.clock import HOUR, MINUTE, is_office_day, moment
from compiler.baseline.dice import Dice

DOMAIN = "EXAMPLE"
SID = "S-1-5-21-1757981266-1220945662-839522115"
MAIL = "mail.example.com"
LOAD_BALANCER = "10.20.1.5"
MONITORING = "10.20.9.10"
# The security team's own scanner looks from inside, the contractor's from the internet.
SCANNER = "10.20.9.50"
SCANNER_OUTSIDE = "192.0.2.200"

_ROSTER = (
    (
        "sales",
        ("Anna Berger, Tomas Novak, Lena Fischer, Marek Kowal, Julia Ortega, Paul Lindqvist, Ines Moreau, Karl Huber"),
    ),
    ("finance", "Petra Nagy, Oskar Winter, Maria Costa, Felix Brandt, Hanna Virtanen"),
    ("hr", "Sofia Rossi, Jonas Keller, Clara Dubois"),
    ("legal", "Viktor Halas, Nora Jensen"),
    ("production", "Emil Horvat, Greta Maier, Ivan Petrov, Olga Sandu, Stefan Bauer, Mila Jovic, Anton Gruber"),
    ("marketing", "Eva Lang, Lukas Weiss, Amelie Roux"),
    ("development", "David Stein, Katja Vogel, Milan Sykora, Rita Alves, Simon Frank"),
    ("it", "Robert Zeman, Diana Koch, Georg Adler, Teresa Blum"),
    ("management", "Helene Arnold, Martin Schuster"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Host:
    """A machine: short name and address."""

    name: str
    address: str

    @property
    def fqdn(self) -> str:
        """The full name, as agents report it."""
        return f"{self.name}.example.com"


EX01 = Host("ex01", "10.20.1.15")
EX02 = Host("ex02", "10.20.1.16")
DC01 = Host("dc01", "10.20.1.10")
DC02 = Host("dc02", "10.20.1.11")
FS01 = Host("fs01", "10.20.1.30")
WEB02 = Host("web02", "10.20.2.21")
WEB01 = Host("web01", "10.20.3.11")
APP01 = Host("app01", "10.20.3.21")
WEB03 = Host("web03", "10.20.3.12")


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, and how.

    ``starts`` is the usual hour of arrival; ``days`` the weekdays worked (0 is Monday); ``phone`` the kind of phone
    that fetches mail, or nothing; ``home`` the address from which he reaches the mail server outside the office.
    """

    name: str
    login: str
    department: str
    host: Host
    home: str
    starts: int
    days: tuple[int, ...]
    phone: str
    client: str
    number: int

    @property
    def account(self) -> str:
        """The account with its domain."""
        return f"{DOMAIN}\\{self.login}"

    @property
    def mailbox(self) -> str:
        """The mail address."""
        return f"{self.login}@example.com"

    @property
    def sid(self) -> str:
        """The security identifier of the account."""
        return f"{SID}-{self.number}"


@dataclasses.dataclass(frozen=True, slots=True)
class World:
    """The people of one seed, and how many days are recorded."""

    seed: int
    days: int
    people: tuple[Person, ...]

    def dice(self, *parts: object) -> Dice:
        """Dice of one activity, independent of every other's."""
        return Dice(self.seed, *parts)

    def staff(self, *departments: str) -> list[Person]:
        """The people of these departments."""
        return [person for person in self.people if person.department in departments]

    def admin(self, last: str) -> Person:
        """Somebody of the IT department by last name."""
        return next(person for person in self.staff("it") if person.name.endswith(last))

    def shifts(self, person: Person) -> list[tuple[int, int]]:
        """When the person came and went, day by day; ill or on leave on some days, seldom in at the weekend."""
        dice = self.dice("shift", person.login)
        found = []
        for day in range(self.days):
            works = day % 7 in person.days and not dice.chance(0.07)
            if not works and not (is_office_day(day) and dice.chance(0.02)) and not dice.chance(0.015):
                continue
            comes = moment(day, person.starts) + dice.below(50 * MINUTE)
            found.append((comes, comes + (7 * HOUR if works else 2 * HOUR) + dice.below(2 * HOUR)))
        return found


def build(seed: int, days: int) -> World:
    """The organisation as this seed makes it."""
    people: list[Person] = []
    for department, names in _ROSTER:
        for name in names.split(", "):
            dice = Dice(seed, "person", name)
            number = len(people)
            first, last = name.lower().split()
            part_time = department in ("hr", "finance", "marketing") and dice.chance(0.3)
            people.append(
                Person(
                    name=name,
                    login=f"{first[0]}.{last}",
                    department=department,
                    host=Host(f"ws-{number + 11:03d}", f"10.20.{10 + number // 20}.{20 + number % 20 * 7}"),
                    home=f"{dice.pick(('198.51.100', '203.0.113', '192.0.2'))}.{10 + number * 4}",
                    starts=dice.weigh(((6, 2), (7, 6), (8, 8), (9, 3))),
                    days=tuple(dice.some(range(5), 3)) if part_time else (0, 1, 2, 3, 4),
                    phone=dice.weigh((("iphone", 5), ("android", 4), ("ipad", 1), ("", 4))),
                    client=dice.weigh((("outlook", 8), ("owa", 2), ("mac", 1))),
                    number=1109 + number * 3,
                )
            )
    return World(seed, days, tuple(people))
