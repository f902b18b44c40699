"""People on a Linux host: the administrator, a developer who looks at logs, releases, and configuration over SSH."""

# ruff: noqa: S108 - the paths under /tmp stand in a log; nothing here opens them

from __future__ import annotations

from compiler.baseline.clock import MINUTE, OFFICE, SECOND, every, is_office_day, moment, moments
from compiler.baseline.linux.machine import Machine, Process
from compiler.baseline.world import World

_LOOKS: tuple[tuple[str, ...], ...] = (
    ("/usr/bin/ls", "ls", "--color=auto", "-la", "/var/www"),
    ("/usr/bin/tail", "tail", "-n", "200", "/var/log/apache2/error.log"),
    ("/usr/bin/grep", "grep", "-c", "404", "/var/log/apache2/access.log"),
    ("/usr/bin/df", "df", "-h"),
    ("/usr/bin/w", "w"),
    ("/usr/bin/id", "id"),
    ("/usr/bin/whoami", "whoami"),
    ("/usr/bin/uname", "uname", "-a"),
    ("/usr/bin/top", "top"),
    ("/usr/bin/less", "less", "/etc/passwd"),
    ("/usr/bin/vim.basic", "vim", "notes one.txt"),
    ("/usr/bin/curl", "curl", "-sI", "https://www.example.com/"),
    ("/usr/bin/find", "find", "/var/www/html", "-name", "*.php", "-newer", "/tmp/stamp"),
    ("/usr/bin/python3.11", "python3", "-c", "import json,sys; print(len(json.load(sys.stdin)))"),
    ("/usr/bin/base64", "base64", "-d", "token.txt"),
    ("/usr/bin/nc.openbsd", "nc", "-zv", "10.20.3.21", "8080"),
    ("/usr/bin/wget", "wget", "-q", "https://packages.example.com/agent.tar.gz"),
    ("/usr/bin/ss", "ss", "-tlnp"),
    ("/usr/bin/crontab", "crontab", "-l"),
    ("/usr/bin/perl", "perl", "-pi", "-e", "s/\\r//", "import.csv"),
)
_RIGHTS: tuple[tuple[str, ...], ...] = (
    ("/usr/bin/systemctl", "systemctl", "reload", "apache2"),
    ("/usr/bin/systemctl", "systemctl", "status", "php8.2-fpm"),
    ("/usr/bin/apt-get", "apt-get", "install", "-y", "jq"),
    ("/usr/bin/journalctl", "journalctl", "-u", "tomcat10", "--since", "1 hour ago"),
    ("/usr/bin/chown", "chown", "-R", "www-data:www-data", "/var/www/html/wp-content/uploads"),
    ("/usr/sbin/ausearch", "ausearch", "-k", "webshell", "-ts", "today"),
    ("/usr/bin/tail", "tail", "-f", "/var/log/auth.log"),
)


def sessions(machine: Machine, world: World, share: float = 1.0) -> None:
    """Everybody who comes in over the week."""
    dice = machine.dice
    for login, address, per_day in (("t.blum", "10.20.12.41", 3.0), ("d.stein", "10.20.11.125", 1.2)):
        for at in moments(dice, OFFICE, per_day * share, world.days):
            shell = machine.log_on(at, login, address)
            moment_ = at
            for _ in range(1 + dice.gap(4)):
                moment_ += dice.gap(90 * SECOND)
                _type(machine, moment_, shell, login == "t.blum")
            machine.stop(moment_ + 2 * MINUTE, shell)
    for day in (day for day in range(world.days) if is_office_day(day) and dice.chance(0.5 * share + 0.2)):
        _release(machine, moment(day, 11, dice.below(59)))
    for at in every(dice, int(30 * 60 * MINUTE / share), world.days, 20 * MINUTE):
        _configure(machine, at)


def _type(machine: Machine, at: int, shell: Process, administrator: bool) -> None:
    dice = machine.dice
    if administrator and dice.chance(0.35):
        exe, *argv = dice.pick(_RIGHTS)
        sudo = machine.start(at, shell, "/usr/bin/sudo", ("sudo", *argv), user="root")
        machine.start(at + 60, sudo, exe, argv, user="root")
        return
    exe, *argv = dice.pick(_LOOKS)
    process = machine.start(at, shell, exe, argv)
    if argv[0] == "wget":
        machine.connect(at + 30, process, "203.0.113.16", 443)
        machine.write(at + 300, process, f"{shell.folder}/agent.tar.gz")
    if argv[0] == "vim":
        machine.write(at + 200, process, f"{shell.folder}/.notes one.txt.swp")


def _release(machine: Machine, at: int) -> None:
    """A release: the build server's account unpacks a package beside the last one and points the link at it."""
    dice = machine.dice
    shell = machine.log_on(at, "deploy", "10.20.3.30")
    version = f"4.{dice.between(2, 9)}.{dice.between(0, 30)}"
    script = machine.start(at + 2 * SECOND, shell, "/usr/bin/bash", ("bash", "/srv/deploy/release.sh", version))
    unpack = machine.start(
        at + 3 * SECOND,
        script,
        "/usr/bin/tar",
        ("tar", "xzf", f"/srv/deploy/portal-{version}.tar.gz", "-C", f"/var/www/releases/{version}"),
    )
    for name in dice.some(
        ("index.php", "upload.php", "login.php", "modules/calib/rx.php", "api/v2/stock.php", "vendor/autoload.php"), 3
    ):
        machine.write(at + 4 * SECOND, unpack, f"/var/www/releases/{version}/{name}")
    machine.start(
        at + 7 * SECOND, script, "/usr/bin/php8.2", ("php", f"/var/www/releases/{version}/bin/console", "cache:clear")
    )
    machine.start(
        at + 9 * SECOND, script, "/usr/bin/ln", ("ln", "-sfn", f"/var/www/releases/{version}", "/var/www/portal")
    )


def _configure(machine: Machine, at: int) -> None:
    """A configuration tool copies small Python programs and runs them with ``sh -c``, as root."""
    dice = machine.dice
    shell = machine.log_on(at, "svc-config", "10.20.9.12")
    folder = (
        "/home/svc-config/.ansible/tmp/"
        f"ansible-tmp-{at // 1000}.{dice.between(1000000, 9999999)}-"
        f"{dice.between(1000, 9999)}-{dice.between(10**12, 10**14)}"
    )
    for number, module in enumerate(
        dice.some(("AnsiballZ_setup.py", "AnsiballZ_apt.py", "AnsiballZ_copy.py", "AnsiballZ_systemd.py"), 2)
    ):
        start = at + (number + 1) * 3 * SECOND
        inner = machine.start(
            start, shell, "/usr/bin/dash", ("/bin/sh", "-c", f"/usr/bin/python3 {folder}/{module} && sleep 0")
        )
        machine.write(start + 100, inner, f"{folder}/{module}")
        sudo = machine.start(
            start + 200,
            inner,
            "/usr/bin/sudo",
            (
                "sudo",
                "-H",
                "-S",
                "-n",
                "-u",
                "root",
                "/bin/sh",
                "-c",
                f"echo BECOME-SUCCESS-{dice.token(24).lower()} ; /usr/bin/python3 {folder}/{module}",
            ),
            user="root",
        )
        machine.start(start + 260, sudo, "/usr/bin/python3.11", ("/usr/bin/python3", f"{folder}/{module}"), user="root")
