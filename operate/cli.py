"""The command line `polku`: each file of `operate/commands` is one command."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click

from kernel.errors import Unavailable
from kernel.settings import SettingsError
from operate import commands
from operate.errors import OperateError


class Commands(click.Group):
    """Finds commands by file name and loads only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the group's own signature)
        """Names of all commands."""
        return sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a file, or None when there is no such file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").command
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def cli() -> None:
    """Polku: facts about one person's path, from those who state them to those who must act."""


def main() -> None:
    """Run a command; an error is one line on stderr and an exit code other than 0."""
    try:
        code = cli.main(prog_name="polku", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except (OperateError, SettingsError, Unavailable) as error:
        click.echo(f"polku: {error}", err=True)
        code = 1
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
