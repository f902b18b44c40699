"""Scan real web applications with the YARA rules and require silence (``nox -s corpus``).

The packages named below are fetched with the ordinary clients of Debian and npm into the user's cache folder, unpacked
there, and never installed nor run. Prints their versions, the share of files on which any rule fires, and MB/s of each
engine. Exit code: 0 silent, 1 a rule fired where none is known to, 2 too little could be had to say anything.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterable, Iterator, Mapping

from compiler.engines.yara import ENGINES, ScanError, Scanner

ROOT = pathlib.Path(__file__).parents[2]
ENOUGH = 20_000
"""Files below which a run says nothing."""
LARGEST = 3_000_000
"""Bytes above which a file is no page."""

# fmt: off
DEBIAN = [
    "adminer", "awstats", "cacti", "dokuwiki", "gosa", "icingaweb2", "ldap-account-manager", "libphp-adodb",
    "libphp-phpmailer", "mediawiki", "nagvis", "php-dompdf", "php-getid3", "php-horde-core", "php-horde-gollem",
    "php-horde-imp", "php-htmlpurifier", "php-laravel-framework", "php-pear", "php-phpseclib3", "php-sabre-dav",
    "php-symfony-console", "php-tcpdf", "phpldapadmin", "phpmyadmin", "phpunit", "postfixadmin", "request-tracker5",
    "roundcube-core", "shaarli", "simplesamlphp", "smarty4", "tomcat10-admin", "tomcat10-docs", "tomcat10-examples",
    "tt-rss", "wordpress", "zabbix-frontend-php", "zoneminder",
]
# fmt: on
"""Packages of the Debian release at hand, in the version that its lists offer."""

# fmt: off
NPM = [
    "blueimp-file-upload@10.32.0", "ckeditor-full@4.7.3", "codemirror@5.65.21", "dhtmlx-suite@5.0.1", "dojox@1.17.3",
    "editor.md@1.5.0", "jqgrid@4.6.4", "keystone@4.2.1", "kindeditor@4.1.10", "locutus@2.0.39", "plupload@2.3.9",
    "rich-filemanager@2.7.6", "webuploader@0.1.8",
]
# fmt: on
"""Packages with examples for servers in PHP, ASP, ASP.NET and JSP, pinned."""

KNOWN = {
    "dhtmlx-suite/sources/libCompiler/lib_compiler.php": "builds a library where the request says, by a command",
    "dojox/gantt/tests/saveGanttData.php": "writes what is posted to the file that is posted",
    "gosa/plugins/addons/propertyEditor/class_commandVerifier.inc": "runs the command that an administrator tries out",
    "ldap-account-manager/templates/misc/ajax.php": "makes an object of the class that the request names, from a list",
    "rich-filemanager/connectors/ashx/filemanager.ashx": "is a manager of files in one page",
    "zoneminder/www/ajax/add_monitors.php": "runs a command line beside fields of the request, without its application",
    "zoneminder/www/ajax/status.php": "evaluates text beside fields of the request, without its application",
}
"""Ends of paths at which a hit is accepted, and why; they count as false alarms all the same."""


def main() -> int:
    """Fetch, scan, print; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cache", type=pathlib.Path, default=default_cache(), help="where packages are kept")
    cache = options.parse_args().cache
    roots = [*fetched_from_debian(cache / "debian"), *fetched_from_npm(cache / "npm")]
    files = sorted(path for root in roots for path in pages(root))
    if len(files) < ENOUGH:
        print(f"only {len(files)} files could be had, {ENOUGH} are needed: nothing is said")
        return 2
    hits: dict[str, tuple[str, ...]] = {}
    for name, scanner in scanners().items():
        found, size, seconds = scanned(scanner, files)
        rate = len(found) / len(files)
        print(f"{scanner.version}: {len(files)} files, {size / 1e6:.0f} MB, {size / 1e6 / seconds:.1f} MB/s", end=", ")
        print(f"rules fire on {len(found)} files, a rate of {rate:.4%}")
        hits |= {f"{name} {path}": rules for path, rules in found.items()}
    new = {place: rules for place, rules in sorted(hits.items()) if not is_known(place)}
    for place, rules in new.items():
        print(f"false alarm: {place}: {', '.join(rules)}")
    return 1 if new else 0


def default_cache() -> pathlib.Path:
    """The user's cache folder, as the XDG Base Directory Specification 0.8 says."""
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "tocsin" / "corpus"


def is_known(place: str) -> bool:
    """Whether a hit at this place is accepted."""
    return any(place.endswith(end) for end in KNOWN)


def fetched_from_debian(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """The unpacked packages of Debian; those that cannot be had are told."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if not (apt and dpkg):
        print("skipped Debian: there is no apt-get here")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEBIAN:
        root = folder / name
        if not root.exists():
            subprocess.run([apt, "download", "-qq", name], cwd=folder, capture_output=True, check=False)
            archives = sorted(folder.glob(f"{name}_*.deb"))
            if not archives:
                print(f"skipped {name}: apt-get has no such package (has `apt-get update` been run?)")
                continue
            subprocess.run([dpkg, "-x", archives[0], root], check=True)
        print("debian", *(archive.stem for archive in sorted(folder.glob(f"{name}_*.deb"))))
        yield root


def fetched_from_npm(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """The unpacked packages of npm; no script of theirs is run."""
    npm = shutil.which("npm")
    if not npm:
        print("skipped npm: there is no npm here")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in NPM:
        root = folder / name.rpartition("@")[0]
        if not root.exists():
            order = [npm, "pack", "--silent", "--ignore-scripts", name]
            packed = subprocess.run(order, cwd=folder, capture_output=True, text=True, check=False)
            if packed.returncode:
                print(f"skipped {name}: npm has no such package")
                continue
            with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
                archive.extractall(root, members=inside(archive), filter="data")
        print("npm", name)
        yield root


def inside(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The files of a package without the folder ``package/`` that npm puts round them."""
    for member in archive:
        if member.isfile() and "/" in member.name:
            yield member.replace(name=member.name.partition("/")[2])


def pages(root: pathlib.Path) -> Iterator[pathlib.Path]:
    """Every file that a server could send, small enough to be read."""
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size < LARGEST:
            yield path


def scanners() -> Mapping[str, Scanner]:
    """All YARA rules of the tree, compiled by each engine."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("detections/yara/*/*.yar"))}
    return {name: compile_(sources)[0] for name, compile_ in ENGINES.items()}


def scanned(scanner: Scanner, files: Iterable[pathlib.Path]) -> tuple[dict[str, tuple[str, ...]], int, float]:
    """The rules that fire by file, the bytes scanned, and the seconds that scanning alone took."""
    found: dict[str, tuple[str, ...]] = {}
    size, seconds = 0, 0.0
    fires: collections.Counter[str] = collections.Counter()
    for path in files:
        content = path.read_bytes()
        begun = time.perf_counter()
        try:
            rules = scanner.scan(content)
        except ScanError as error:
            rules = (f"given up: {error}",)
        seconds += time.perf_counter() - begun
        size += len(content)
        fires.update(rules)
        if rules:
            found[path.as_posix()] = rules
    for rule, number in fires.most_common():
        print(f"    {rule}: {number}")
    return found, size, seconds


if __name__ == "__main__":
    sys.exit(main())
