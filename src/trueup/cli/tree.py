"""The command tree, on typer: each command is imported when it runs or its help is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from .._kinds import misspelt
from .commands import COMMANDS, Command, find_command
from .exit_codes import ExitCode
from .options import expanded


def run(arguments: list[str]) -> int:
    """Run a command; the exit code."""
    from ..errors import TrueupError

    try:
        if not all(arguments) or any(one.endswith("=") for one in arguments):
            from .errors import check_given

            check_given(arguments)
        code = get_command(_tree()).main(arguments, prog_name="trueup", standalone_mode=False)
    except typer.TyperException as error:
        from .errors import report, usage_error

        return report(usage_error(error, arguments), arguments)
    except TrueupError as error:
        from .errors import report

        return report(error, arguments)
    if code == ExitCode.INTERRUPTED:  # typer has caught the interrupt
        raise KeyboardInterrupt
    return int(code or ExitCode.DONE)


class _Commands(TyperGroup):
    """The table of commands as typer wants it. typer's own types of the parameters are private."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as typer calls it
        """Their names."""
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as typer calls it
        """A command, imported now."""
        command = find_command(cmd_name)
        return None if command is None else _load(command)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command with what follows it."""
        name = args[0]
        if find_command(name) is None and not name.startswith("-"):
            hint = misspelt(name, self.list_commands(ctx), "commands")
            ctx.fail(f"there is no command {name!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - likewise
        """The list in `trueup --help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(command.name, command.help) for command in COMMANDS])


def _new_typer(group: type[TyperGroup] | None) -> typer.Typer:
    """Plain help: a panel drawn by rich would cost more time than all the rest."""
    return typer.Typer(
        cls=group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def _tree() -> typer.Typer:
    tree = _new_typer(_Commands)
    tree.callback(help=_root.__doc__)(_root)
    return tree


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"trueup {version('trueup')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Declare tables once; keep code, templates and live databases in agreement."""


def _load(command: Command) -> Any:
    from .output import own_stdout

    function = expanded(import_module(command.module).run)
    single = _new_typer(None)
    single.command(command.name)(own_stdout()(function))
    return get_command(single)
