"""The command: finds the verb, and turns what stops it into one line and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from compiler import __version__, verbs
from compiler.diagnostics import UsageError
from compiler.told import COULD_NOT_RUN


class _Verbs(click.Group):
    """The verbs, each read when it is asked for: none needs more than a part of what all need together."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        return verbs.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click has it
        return verbs.load(cmd_name) if cmd_name in verbs.names() else None


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="tocsin %(version)s")
def tocsin() -> None:
    """From an advisory to queries that mean what the Sigma rule means."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command, with the words of the process unless ``argv`` gives them.

    Exit: 0 clean, 1 content at fault, 2 could not run.
    """
    if argv is None:
        # A run keeps what it reads until it ends: looking for cycles meanwhile takes a third of the time and frees
        # next to nothing.
        gc.disable()
        for number in (signal.SIGTERM, signal.SIGHUP) if hasattr(signal, "SIGHUP") else (signal.SIGTERM,):
            signal.signal(number, _ended)
    try:
        sys.exit(tocsin(args=argv, prog_name="tocsin", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_RUN)
    except UsageError as error:
        click.echo(f"tocsin: {error}", err=True)
        sys.exit(COULD_NOT_RUN)
    except (KeyboardInterrupt, click.Abort):
        click.echo("tocsin: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        # A full disk, a folder that may not be written: what the machine refuses is no bug of ours.
        click.echo(f"tocsin: {error}", err=True)
        sys.exit(COULD_NOT_RUN)


def _ended(number: int, _: object) -> NoReturn:
    """Go as after Ctrl-C when somebody ends the process: servers, folders and indices of ours go with it."""
    raise SystemExit(128 + number)
