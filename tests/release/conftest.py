"""A small build: one rule, four targets."""

import dataclasses
import datetime as dt

import pytest

from compiler.content.load import load_sources
from compiler.content.model import Catalogue
from compiler.content.rules import read_sigma
from compiler.release.build import build
from compiler.release.output import write_whole
from compiler.targets import load_targets

RULE = b"""\
title: Shell of a Web Server
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10
name: web_server_shell
logsource: {category: process_creation, product: windows}
detection:
    selection: {Image|endswith: '\\cmd.exe'}
    condition: selection
level: high
"""


@pytest.fixture(scope="session")
def small_catalogue(root):
    """One rule, with the sources of the tree."""
    sources, _ = load_sources(root)
    return dataclasses.replace(
        Catalogue(), sources=sources, rules=tuple(read_sigma("detections/sigma/web_server_shell.yml", RULE))
    )


@pytest.fixture(scope="session")
def small_files(small_catalogue, tmp_path_factory):
    """The files of a build of it, outside of any repository."""
    targets = [load_targets()[name] for name in ("elastic", "loki", "sentinel", "splunk")]
    return build(tmp_path_factory.mktemp("tree"), small_catalogue, targets, {}, dt.date(2026, 11, 22)).files


@pytest.fixture
def dist(small_files, tmp_path):
    """The build, written to a folder."""
    write_whole(tmp_path / "dist", small_files)
    return tmp_path / "dist"
