"""Sysmon with all its events on, on two servers and six workstations, as JSON lines of ``evtx_dump``.

The other machines record programs, files and connections; these also what happens inside: files whose time was set 2,
drivers 6, libraries 7, remote threads 8, access to processes 10, keys of the registry 12, pipes 17 and 18, deleted
files 23 and images exchanged in memory 25. Fields in the order of Sysmon's schema 4.90.
"""

from __future__ import annotations

from compiler.baseline.clock import moment
from compiler.baseline.windows import desktop, developer, evtx, inside, inside_users, servers
from compiler.baseline.windows.detail import DetailMachine
from compiler.baseline.windows.sysmon import merge
from compiler.baseline.world import DC02, EX02, Host, World


def log(world: World) -> bytes:
    """The events of all machines in the order of time; each machine numbers its own."""
    mail, directory = (_machine(world, host) for host in (EX02, DC02))
    servers.directory(directory, world.days)
    for machine in (mail, directory):
        inside.every_machine(machine, world.days)
        inside.server(machine, world.days)
    inside.exchange(mail, world.days)
    machines = [mail, directory]
    for person in (*world.staff("marketing"), world.staff("development")[4], *world.staff("it")[:2]):
        machine = _machine(world, person.host)
        day = developer.developer_day if person.department == "development" else desktop.office_day
        for comes, goes in world.shifts(person):
            day(machine, person, comes, goes)
            inside_users.office_day(machine, person, comes, goes)
        inside.every_machine(machine, world.days)
        if person.department == "it":
            inside_users.administrator(machine, person, world.days)
        machines.append(machine)
    inside_users.new_agent(machines[-1], world.staff("it")[1], moment(min(3, world.days - 1), 15, 20))
    return evtx.dump(merge(machines, moment(world.days, 0)))


def _machine(world: World, host: Host) -> DetailMachine:
    return DetailMachine(host, world.dice("sysmon_detail", host.name))
