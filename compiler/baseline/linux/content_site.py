"""Sysmon for Linux on the host of the blog and the shop: nginx, PHP, WordPress that updates itself, releases by git.

What looks like an intruder's work and is not: PHP that writes PHP when an extension is updated, jobs of the web
server's account that fetch an address, certificates that are renewed by a Python program which reloads the server,
configuration management that writes jobs for cron, a panel of an agency that asks for the load.
"""

from __future__ import annotations

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, PUBLIC, SECOND, every, moment, moments
from compiler.baseline.linux import people, services
from compiler.baseline.linux.machine import Machine, Process
from compiler.baseline.linux.sysmon_linux import SysmonMachine, dump
from compiler.baseline.world import WEB03, World

_ROOT = "/var/www/html"
_STATUS = "/tmp/status"  # noqa: S108 - it stands in a log; nothing here opens it
_PYTHON = "/usr/bin/python3.11"


def log(world: World) -> bytes:
    """The events of the host in the order of time."""
    machine = SysmonMachine(WEB03, world.dice("content_site"))
    services.web(machine, world.days, 1.2)
    services.system(machine, world.days)
    people.sessions(machine, world, 0.9)
    _extensions(machine, world.days)
    _jobs(machine, world.days)
    _certificates(machine, world.days)
    _deployments(machine, world.days)
    _management(machine, world.days)
    return dump(machine, world.days)


def _extensions(machine: Machine, days: int) -> None:
    """WordPress brings its extensions up to date at night: PHP unpacks pages of PHP where they will be served."""
    dice = machine.dice
    worker = machine.running("/usr/sbin/php-fpm8.2", "php-fpm: pool www", "www-data")
    for day in range(0, days, 2):
        at = moment(day, 4, dice.below(59))
        name = dice.pick(("contact-form", "gallery-grid", "seo-basics", "cookie-notice"))
        machine.write(
            at, worker, f"{_ROOT}/wp-content/upgrade/{name}.{dice.between(2, 9)}.{dice.below(9)}-{dice.token(6)}.tmp"
        )
        for number, page in enumerate(
            ("readme.txt", f"{name}.php", "includes/class-admin.php", "languages/de.mo", "uninstall.php")
        ):
            machine.write(at + 2 * SECOND + number * 30, worker, f"{_ROOT}/wp-content/plugins/{name}/{page}")
    for at in moments(dice, PUBLIC, 8, days):
        machine.write(at, worker, f"{_ROOT}/wp-content/cache/page_enhanced/{dice.hexa(8)}/_index.html_gzip")
    for at in moments(dice, OFFICE, 1.2, days):
        # The agency's panel shows the load of the host.
        shell = machine.start(
            at,
            worker,
            "/usr/bin/dash",
            ("sh", "-c", dice.pick(("uptime", "df -h", "php -v", "which unzip"))),
            folder=_ROOT,
        )
        machine.stop(at + 12, shell)


def _jobs(machine: Machine, days: int) -> None:
    """Jobs of the web server's account: WordPress is woken up by an address, a feed of prices is fetched."""
    dice = machine.dice
    cron = machine.running("/usr/sbin/cron", "/usr/sbin/cron -f")
    wake = "wget -q -O /dev/null https://www.example.com/wp-cron.php?doing_wp_cron"
    for at in every(dice, 90 * MINUTE, days):
        shell = machine.start(at, cron, "/usr/bin/dash", ("/bin/sh", "-c", wake), user="www-data", folder="/var/www")
        program = machine.start(at + 9, shell, "/usr/bin/wget", wake.split())
        machine.connect(at + 60, program, "203.0.113.80", 443)
    for at in every(dice, 3 * HOUR, days, MINUTE):
        shell = machine.start(at, cron, "/usr/bin/dash", ("/bin/sh", "-c", "/srv/jobs/status.sh"), user="www-data")
        machine.start(at + 20, shell, "/usr/bin/curl", ("curl", "-s", "-o", _STATUS, "http://127.0.0.1:9000/status"))
    for at in every(dice, 4 * HOUR, days, HOUR):
        shell = machine.start(
            at, cron, "/usr/bin/dash", ("/bin/sh", "-c", "/srv/jobs/prices.sh"), user="www-data", folder="/var/www"
        )
        script = machine.start(at + 9, shell, "/usr/bin/bash", ("/bin/bash", "/srv/jobs/prices.sh"))
        for number, asks in enumerate((("hostname", "-f"), ("id", "-un"), ("uname", "-s"))):
            machine.start(at + 30 + number, script, f"/usr/bin/{asks[0]}", asks)
        feed = ("curl", "-fsS", "-o", "/srv/jobs/prices.csv", "https://prices.example.com/feed.csv")
        machine.start(at + 60, script, "/usr/bin/curl", feed)


def _certificates(machine: Machine, days: int) -> None:
    """The client of the certificate authority asks twice a day, once in the week it renews and reloads the server."""
    dice = machine.dice
    manager = machine.running("/usr/lib/systemd/systemd", "/sbin/init")
    for number, at in enumerate(every(dice, 12 * HOUR, days, HOUR)):
        bot = machine.start(
            at, manager, _PYTHON, ("/usr/bin/python3", "/usr/bin/certbot", "-q", "renew", "--no-random-sleep-on-renew")
        )
        machine.connect(at + 3 * SECOND, bot, "203.0.113.99", 443)
        if number % 14 == 5:
            machine.write(at + 9 * SECOND, bot, f"{_ROOT}/.well-known/acme-challenge/{dice.token(43)}")
            machine.write(at + 20 * SECOND, bot, "/etc/letsencrypt/archive/www.example.com/privkey14.pem")
            shell = machine.start(at + 22 * SECOND, bot, "/usr/bin/dash", ("/bin/sh", "-c", "systemctl reload nginx"))
            machine.start(at + 22 * SECOND + 9, shell, "/usr/bin/systemctl", ("systemctl", "reload", "nginx"))


def _deployments(machine: Machine, days: int) -> None:
    """The theme comes by git, the shop by rsync from the build server, each under an account of its own."""
    dice = machine.dice
    for at in moments(dice, OFFICE, 1.1, days):
        shell = machine.log_on(at, "deploy", "10.20.3.30")
        if dice.chance(0.5):
            pull = machine.start(
                at + 2 * SECOND,
                shell,
                "/usr/bin/git",
                ("git", "-C", f"{_ROOT}/wp-content/themes/example", "pull", "--ff-only"),
            )
            _remote(machine, at + 2 * SECOND + 200, pull)
            for name in dice.some(("functions.php", "header.php", "style.css", "inc/shop.php", "js/menu.js"), 2):
                machine.write(at + 5 * SECOND, pull, f"{_ROOT}/wp-content/themes/example/{name}")
        else:
            receive = ("rsync", "--server", "-vlogDtprze.iLsfxCIvu", "--delete", ".", "/srv/www/shop/")
            sync = machine.start(at + 2 * SECOND, shell, "/usr/bin/rsync", receive)
            for name in dice.some(("index.php", "lib/cart.php", "assets/app.css", "vendor/autoload.php"), 2):
                machine.write(at + 4 * SECOND, sync, f"/srv/www/shop/{name}")
            machine.start(at + 9 * SECOND, shell, "/usr/bin/touch", ("touch", "/srv/www/shop/.released"))


def _remote(machine: Machine, at: int, parent: Process) -> None:
    client = machine.start(
        at, parent, "/usr/bin/ssh", ("ssh", "git@git.example.com", "git-upload-pack 'web/theme.git'")
    )
    machine.connect(at + 80, client, "10.20.3.31", 22)


def _management(machine: Machine, days: int) -> None:
    """The configuration tool, written in Python, puts jobs where cron looks for them."""
    dice = machine.dice
    for at in every(dice, 50 * HOUR, days, HOUR):
        shell = machine.log_on(at, "svc-config", "10.20.9.12")
        folder = f"/home/svc-config/.ansible/tmp/ansible-tmp-{at // 1000}.{dice.between(10**6, 10**7)}"
        module = machine.start(
            at + 2 * SECOND, shell, _PYTHON, ("/usr/bin/python3", f"{folder}/AnsiballZ_cron.py"), user="root"
        )
        machine.write(at + 3 * SECOND, module, "/etc/cron.d/prices")
        machine.write(at + 4 * SECOND, module, f"/etc/cron.daily/.ansible_tmp{dice.token(8).lower()}logcheck")
