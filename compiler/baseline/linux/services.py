"""What a Linux web host does by itself: PHP and the programs it calls, a Java server, cron, updates, backups.

Children of the web server are the sharp edge: PHP's ``mail()`` goes through ``sh -c``, pictures through ImageMagick,
and a Java server asks ``ps`` for its own size; none of it is a shell that somebody types into.
"""

# ruff: noqa: S108 - the paths under /tmp stand in a log; nothing here opens them

from __future__ import annotations

from compiler.baseline.clock import DAY, HOUR, MINUTE, NIGHT, PUBLIC, SECOND, every, moment, moments, utc
from compiler.baseline.linux.machine import Machine, Process

_ROOT = "/var/www/html"


def web(machine: Machine, days: int, share: float = 1.0) -> None:
    """PHP workers: mail, pictures, documents; uploads come as temporary files, and caches are files named ``.php``."""
    dice = machine.dice
    worker = machine.running("/usr/sbin/php-fpm8.2", "php-fpm: pool www", "www-data")
    for at in moments(dice, PUBLIC, 9 * share, days):
        shell = _shell(machine, at, worker, "/usr/sbin/sendmail -t -i -f wordpress@example.com")
        machine.start(
            at + 12, shell, "/usr/sbin/sendmail", ("/usr/sbin/sendmail", "-t", "-i", "-f", "wordpress@example.com")
        )
    for at in moments(dice, PUBLIC, 5 * share, days):
        picture = (
            f"{_ROOT}/wp-content/uploads/2026/09/"
            f"{dice.pick(('open-day', 'hall-3', 'team', 'gear unit (2)'))}-{dice.between(1, 30)}.jpg"
        )
        machine.write(at, worker, f"/tmp/php{dice.token(6)}")
        machine.write(at + 300, worker, picture)
        small = picture.replace(".jpg", "-300x200.jpg")
        shell = _shell(machine, at + 500, worker, f"convert '{picture}' -resize 300x200 -strip '{small}'")
        program = machine.start(
            at + 510, shell, "/usr/bin/convert-im6.q16", ("convert", picture, "-resize", "300x200", "-strip", small)
        )
        machine.write(at + 700, program, small)
    for at in moments(dice, PUBLIC, 3 * share, days):
        shell = _shell(machine, at, worker, f"pdftotext -q -enc UTF-8 /tmp/order-{dice.between(100, 999)}.pdf -")
        machine.start(
            at + 9,
            shell,
            "/usr/bin/pdftotext",
            ("pdftotext", "-q", "-enc", "UTF-8", f"/tmp/order-{dice.between(100, 999)}.pdf", "-"),
        )
    for at in moments(dice, PUBLIC, 4 * share, days):
        machine.write(at, worker, f"/var/www/portal/var/cache/twig/{dice.hexa(2)}/{dice.hexa(32)}.php")
    for at in moments(dice, PUBLIC, 1 * share, days):
        # The site's health page asks what is installed, the portal's footer which version it is.
        command = dice.pick(("command -v ffmpeg", "git rev-parse --short HEAD", "uptime", "identify -version"))
        shell = _shell(machine, at, worker, command)
        machine.stop(at + 9, shell)


def _shell(machine: Machine, at: int, parent: Process, command: str) -> Process:
    return machine.start(at, parent, "/usr/bin/dash", ("sh", "-c", command), folder=_ROOT)


def java(machine: Machine, days: int, share: float = 1.0) -> None:
    """A Java server measures itself with ``ps``, and writes compiled pages where they belong."""
    dice = machine.dice
    server = machine.running(
        "/usr/lib/jvm/java-17-openjdk-amd64/bin/java",
        (
            "/usr/lib/jvm/java-17-openjdk-amd64/bin/java -Xmx4g -Dcatalina.base=/var/lib/tomcat10 "
            "org.apache.catalina.startup.Bootstrap start"
        ),
        "tomcat",
    )
    for at in every(dice, int(4 * HOUR / share), days, 2 * MINUTE):
        machine.start(
            at, server, "/usr/bin/ps", ("ps", "-o", "rss=,vsz=", "-p", str(server.pid)), folder="/var/lib/tomcat10"
        )
    for at in moments(dice, PUBLIC, 2 * share, days):
        page = dice.pick(("category", "item", "basket", "checkout"))
        for ending in ("java", "class"):
            machine.write(
                at, server, f"/var/lib/tomcat10/work/Catalina/localhost/shop/org/apache/jsp/{page}_jsp.{ending}"
            )
    for at in moments(dice, NIGHT, 0.6 * share, days):
        machine.start(
            at,
            server,
            "/usr/bin/gs",
            (
                "gs",
                "-q",
                "-dNOPAUSE",
                "-dBATCH",
                "-sDEVICE=pdfwrite",
                f"-sOutputFile=/var/lib/shop/invoices/{dice.between(10000, 99999)}.pdf",
                "/tmp/invoice.ps",
            ),
            folder="/var/lib/tomcat10",
        )


def system(machine: Machine, days: int, share: float = 1.0) -> None:
    """Cron, the package manager, log rotation, the monitoring agent, the backup."""
    dice = machine.dice
    for at in every(dice, int(3 * HOUR / share), days):
        _job(
            machine,
            at,
            "root",
            "cd / && run-parts --report /etc/cron.hourly",
            ("/usr/bin/run-parts", "run-parts", "--report", "/etc/cron.hourly"),
        )
    for at in every(dice, int(4 * HOUR / share), days):
        _job(
            machine,
            at,
            "www-data",
            "php /var/www/portal/bin/console queue:work --once -q",
            ("/usr/bin/php8.2", "php", "/var/www/portal/bin/console", "queue:work", "--once", "-q"),
        )
    agent = machine.running("/usr/sbin/zabbix_agentd", "/usr/sbin/zabbix_agentd: listener #1", "zabbix")
    for at in every(dice, int(3 * HOUR / share), days):
        shell = machine.start(at, agent, "/usr/bin/dash", ("sh", "-c", "ss -s | awk '/^TCP/ {print $4}'"))
        machine.start(at + 4, shell, "/usr/bin/ss", ("ss", "-s"))
        machine.start(at + 5, shell, "/usr/bin/mawk", ("awk", "/^TCP/ {print $4}"))
    manager = machine.running("/usr/lib/systemd/systemd", "/sbin/init")
    for day in range(days):
        _updates(machine, moment(day, 6, 12) + dice.gap(20 * MINUTE), manager)
        _rotation(machine, moment(day, 0, 0, 5), manager)
        _backup(machine, moment(day, 2, 30) + dice.gap(MINUTE))


def _cron(machine: Machine) -> Process:
    return machine.running("/usr/sbin/cron", "/usr/sbin/cron -f")


def _job(machine: Machine, at: int, user: str, line: str, program: tuple[str, ...]) -> None:
    """Cron opens a session, runs the line in a shell and closes the session."""
    cron = _cron(machine)
    machine.saw_job(at, cron, user)
    shell = machine.start(at + 30, cron, "/usr/bin/dash", ("/bin/sh", "-c", line), user=user, folder="/")
    machine.start(at + 38, shell, program[0], program[1:])


def _updates(machine: Machine, at: int, manager: Process) -> None:
    dice = machine.dice
    daily = machine.start(at, manager, "/usr/bin/dash", ("/bin/sh", "/usr/lib/apt/apt.systemd.daily", "update"))
    update = machine.start(at + 4 * SECOND, daily, "/usr/bin/apt-get", ("apt-get", "-qq", "-y", "update"))
    fetch = machine.start(
        at + 5 * SECOND, update, "/usr/lib/apt/methods/https", ("/usr/lib/apt/methods/https",), user="_apt"
    )
    machine.connect(at + 6 * SECOND, fetch, "203.0.113.15", 443)
    machine.write(at + 9 * SECOND, update, "/var/lib/apt/lists/partial/deb.example.com_dists_bookworm_InRelease")
    if dice.chance(0.4):
        unpack = machine.start(
            at + 40 * SECOND,
            update,
            "/usr/bin/dpkg",
            (
                "/usr/bin/dpkg",
                "--status-fd",
                "13",
                "--no-triggers",
                "--unpack",
                "--auto-deconfigure",
                "--recursive",
                f"/tmp/apt-dpkg-install-{dice.token(6)}",
            ),
        )
        script = machine.start(
            at + 44 * SECOND,
            unpack,
            "/usr/bin/dash",
            ("/bin/sh", "/var/lib/dpkg/info/curl.postinst", "configure", "7.88.1-10+deb12u14"),
        )
        machine.write(at + 45 * SECOND, unpack, "/usr/share/doc/curl/changelog.Debian.gz.dpkg-new")
        machine.stop(at + 46 * SECOND, script)


def _rotation(machine: Machine, at: int, manager: Process) -> None:
    rotate = machine.start(at, manager, "/usr/sbin/logrotate", ("/usr/sbin/logrotate", "/etc/logrotate.conf"))
    machine.write(at + 400, rotate, "/var/log/apache2/access.log")
    shell = machine.start(
        at + 600,
        rotate,
        "/usr/bin/dash",
        (
            "sh",
            "-c",
            (
                "\n\t\tif pgrep -f ^/usr/sbin/apache2 > /dev/null; then\n\t\t\tinvoke-rc.d apache2 "
                "reload 2>&1 | logger -t apache2.logrotate\n\t\tfi\n"
            ),
            "logrotate_script",
            "/var/log/apache2/access.log",
        ),
    )
    machine.start(at + 620, shell, "/usr/bin/pgrep", ("pgrep", "-f", "^/usr/sbin/apache2"))
    machine.start(at + 900, rotate, "/usr/bin/gzip", ("/bin/gzip",))
    machine.remove(at + 990, rotate, "/var/log/apache2/access.log.15.gz")


def _backup(machine: Machine, at: int) -> None:
    cron = _cron(machine)
    machine.saw_job(at, cron, "root")
    shell = machine.start(
        at + 30, cron, "/usr/bin/dash", ("/bin/sh", "-c", "/usr/local/sbin/backup.sh"), user="root", folder="/root"
    )
    script = machine.start(at + 40, shell, "/usr/bin/bash", ("/bin/bash", "/usr/local/sbin/backup.sh"))
    machine.start(at + 70, script, "/usr/bin/mysqldump", ("mysqldump", "--single-transaction", "--all-databases"))
    machine.start(
        at + 4 * MINUTE,
        script,
        "/usr/bin/tar",
        ("tar", "czf", f"/var/backups/www-{utc(at + DAY // 24):%Y-%m-%d}.tar.gz", "/var/www", "/etc"),
    )
    push = machine.start(
        at + 20 * MINUTE,
        script,
        "/usr/bin/rsync",
        ("rsync", "-a", "--delete", "/var/backups/", "backup@10.20.1.30:/srv/web01/"),
    )
    client = machine.start(
        at + 20 * MINUTE + 30,
        push,
        "/usr/bin/ssh",
        (
            "ssh",
            "-l",
            "backup",
            "10.20.1.30",
            "rsync",
            "--server",
            "-logDtpre.iLsfxCIvu",
            "--delete",
            ".",
            "/srv/web01/",
        ),
    )
    machine.connect(at + 20 * MINUTE + 60, client, "10.20.1.30", 22)
