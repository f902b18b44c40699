"""``python -m compiler.baseline write``: refresh the hashes and excerpts in ``samples/baseline``."""

from __future__ import annotations

import hashlib
import pathlib
import sys

from compiler.baseline import DEFAULT_DAYS, DEFAULT_SEED, SOURCES, generate

# Where the stored part of each log begins (line, counted from 0), chosen to read well, and the file that holds it.
EXCERPTS = {
    "apache": (1730, "excerpt.access.log"),
    "application": (120, "excerpt.jsonl"),
    "auditd": (840, "excerpt.audit.log"),
    "auth": (2480, "excerpt.auth.log"),
    "azure_audit": (250, "excerpt.jsonl"),
    "azure_signin": (310, "excerpt.jsonl"),
    "cisco_aaa": (120, "excerpt.log"),
    "exchange": (205, "excerpt.jsonl"),
    "exchange_ecp": (205, "excerpt.log"),
    "exchange_httpproxy": (400, "excerpt.csv"),
    "exchange_oabgenerator": (100, "excerpt.log"),
    "firewall": (900, "excerpt.cef"),
    "iis": (2520, "excerpt.w3c"),
    "m365_audit": (600, "excerpt.jsonl"),
    "nginx": (900, "excerpt.access.log"),
    "powershell": (180, "excerpt.jsonl"),
    "security": (170, "excerpt.jsonl"),
    "security_directory": (1300, "excerpt.jsonl"),
    "squid": (700, "excerpt.access.log"),
    "sysmon": (2715, "excerpt.jsonl"),
    "sysmon_detail": (1560, "excerpt.jsonl"),
    "sysmon_linux": (20, "excerpt.log"),
    "sysmon_linux_site": (980, "excerpt.log"),
    "system": (60, "excerpt.jsonl"),
    "taskscheduler": (300, "excerpt.jsonl"),
    "windefend": (200, "excerpt.jsonl"),
    "zeek_conn": (640, "excerpt.jsonl"),
    "zeek_dns": (820, "excerpt.jsonl"),
    "zeek_x509": (300, "excerpt.jsonl"),
}
LINES = 80


def excerpt(source: str, log: bytes) -> bytes:
    """The stored part of a log."""
    start = EXCERPTS[source][0]
    return b"".join(log.splitlines(keepends=True)[start : start + LINES])


def files() -> dict[str, bytes]:
    """What ``samples/baseline`` holds besides its pages: the list of logs with their hashes, and the excerpts."""
    found: dict[str, bytes] = {}
    index = [
        (
            "# The ordinary week, a log a source. Written by `python -m compiler.baseline write`; a "
            "test compares the hashes."
        ),
        f"days: {DEFAULT_DAYS}",
        f"seed: {DEFAULT_SEED}",
        "sources:",
    ]
    for source in sorted(SOURCES):
        log = generate(source)
        start, name = EXCERPTS[source]
        found[f"{source}/{name}"] = excerpt(source, log)
        index += [
            f"    {source}:",
            f"        lines: {len(log.splitlines())}",
            f"        sha256: {hashlib.sha256(log).hexdigest()}",
            f"        excerpt: {source}/{name}",
            f"        excerpt_from: {start}",
        ]
    found["baseline.yml"] = "".join(f"{line}\n" for line in index).encode()
    return found


def main(arguments: list[str]) -> int:
    """Write the files under the tree that this package lies in; 2 for anything but ``write``."""
    if arguments != ["write"]:
        print("usage: python -m compiler.baseline write", file=sys.stderr)
        return 2
    top = pathlib.Path(__file__).parents[2] / "samples" / "baseline"
    for name, content in sorted(files().items()):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
