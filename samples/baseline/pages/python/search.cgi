#!/usr/bin/env python3
"""CGI: full text search over the handbook with grep, for a site that has no database."""

import html
import os
import subprocess
import sys
import urllib.parse

ROOT = "/srv/handbook"
LIMIT = 50


def search(words):
    """Lines that contain the words literally; grep gets them after -e, and no shell is involved."""
    command = ["/bin/grep", "--recursive", "--ignore-case", "--fixed-strings", "--line-number", "--include=*.md", "-e", words, "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
    for line in done.stdout.splitlines()[:LIMIT]:
        path, number, text = line.split(":", 2)
        yield path[2:-3], int(number), text.strip()


def main():
    query = urllib.parse.parse_qs(os.environ.get("QUERY_STRING", ""))
    words = query.get("q", [""])[0][:100].strip()
    out = sys.stdout
    out.write("Content-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><title>Search</title>\n")
    out.write(f'<form><input name="q" value="{html.escape(words)}"><button>Search</button></form>\n')
    if len(words) < 3:
        return
    out.write("<ol>\n")
    for page, number, text in search(words):
        href = "/handbook/" + urllib.parse.quote(page) + f"#L{number}"
        out.write(f'<li><a href="{href}">{html.escape(page)}</a>: {html.escape(text)}</li>\n')
    out.write("</ol>\n")


if __name__ == "__main__":
    main()
