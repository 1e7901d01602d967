"""docs/cli.md: every command with its arguments and options, from what its own `--help` is made of."""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperArgument

from bucketpress_cli.command_table import COMMANDS, Command
from bucketpress_cli.main import app

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand

# Made by terminal_pictures.py, and what each shows.
SHOWN = {
    "check": "What a check says of a folder",
    "push": "A push, followed until readers have it",
    "status": "The state of a whole site",
    "import": "An import of a WordPress export",
}
_OPENING = """\
# The command

<!-- Written by `make cli-guide` from the commands themselves: change their docstrings, not this file. -->

`bucketpress` is for authors on their own machine and for operators of a stack. `uvx bucketpress …` runs it without
installing anything but [uv](https://docs.astral.sh/uv/); `pipx install bucketpress` installs it.

Commands that work on a stack use your own AWS credentials and region, as the AWS CLI does. The stack is the one named
in `samconfig.toml` of the folder you are in, else `bucketpress`, else what `--stack` says;
[Operating](operating.md#status-and-repairs) lists the permissions that each needs. `AWS_ENDPOINT_URL` points them to
the local cloud of `make demo`.

What a program may read goes to standard output, and with `--json` it is one JSON document whose names are kept; what is
for people alone goes to standard error. In a pipe nothing is coloured and nothing moves; `NO_COLOR` says the same at a
terminal. Ctrl-C stops a command at any moment and leaves nothing half done: run it again.

| exit code | means |
|---|---|
| 0 | done, and nothing is wrong |
| 1 | done, and something needs you: a file that cannot be published, a conflict, a key that is not known |
| 2 | not done: wrong arguments, no permission, AWS cannot be reached; the last line says what to run next |
| 130 | stopped by Ctrl-C |
"""


def command_reference() -> str:
    """Return the guide to all commands as Markdown."""
    parts = [_OPENING, *(_list_of(panel, list(each)) for panel, each in _panels())]
    parts += [_section(command) for command in COMMANDS.values()]
    return "\n".join(parts)


def _panels() -> Iterator[tuple[str, Iterator[Command]]]:
    yield from groupby(COMMANDS.values(), lambda command: command.panel)


def _list_of(panel: str, commands: list[Command]) -> str:
    rows = [f"| [`{command.name}`](#{command.name}) | {command.summary} |" for command in commands]
    return "\n".join([f"| {panel.lower()} | |", "|---|---|", *rows, ""])


def _section(command: Command) -> str:
    group: Any = typer.main.get_command(app)
    context = group.make_context("bucketpress", [], resilient_parsing=True)
    found: ClickCommand = group.get_command(context, command.name)
    arguments = (each for each in found.params if isinstance(each, TyperArgument))
    usage = " ".join(["bucketpress", command.name, "[OPTIONS]", *map(_in_usage, arguments)])
    picture = f"![{SHOWN[command.name]}](cli/{command.name}.svg)\n" if command.name in SHOWN else ""
    parts = [
        f"## {command.name}\n",
        f"```console\n{usage}\n```\n",
        _help(found.help or ""),
        _parameters(found),
        picture,
    ]
    return "\n".join(part for part in parts if part)


def _in_usage(argument: TyperArgument) -> str:
    name = _name(argument) + "…" * (argument.nargs == -1)
    return name if argument.required else f"[{name}]"


def _name(argument: TyperArgument) -> str:
    return (argument.name or "").upper()


def _help(text: str) -> str:
    """Return a docstring as paragraphs, with what looks like a command or an option set as code."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return "\n\n".join(map(_as_markdown, paragraphs)) + "\n"


def _as_markdown(text: str) -> str:
    if example := re.fullmatch(r"(.*?)Examples?: (bucketpress .*)", text, re.DOTALL):
        lines = re.sub(r"; (?=bucketpress )", "\n", example[2])
        before = f"{_as_markdown(example[1].strip())}\n\n" if example[1].strip() else ""
        return f"{before}```console\n{lines}\n```"
    return re.sub(r"(?<![\w`-])(--[a-z][a-z-]*)(?![\w`])", r"`\1`", text.replace("*", r"\*"))


def _parameters(command: "ClickCommand") -> str:
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    return "\n".join(["| | |", "|---|---|", *rows, ""]) if rows else ""


def _row(parameter: Any) -> str:
    if isinstance(parameter, TyperArgument):
        name = f"`{_name(parameter)}`"
    else:
        names = [*parameter.opts, *parameter.secondary_opts]
        value = "" if parameter.is_flag else f" {parameter.metavar or _value(parameter.type_descriptor.annotation)}"
        name = ", ".join(f"`{each}{value}`" for each in names).replace("|", r"\|")
    text = _as_markdown(" ".join((parameter.help or "").split())).replace("|", r"\|")
    return f"| {name} | {text}{_default(parameter)} |"


def _value(annotation: Any) -> str:
    """Return what stands for a value: `PATH`, `NUMBER`, the choices of an enumeration, else `TEXT`."""
    named = str(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "|".join(str(each) for each in annotation)
    return "PATH" if "Path" in named else "NUMBER" if "int" in named or "float" in named else "TEXT"


def _default(parameter: Any) -> str:
    default = parameter.default
    # A number below zero stands for "as you like" and is explained in words.
    unsaid = default in (None, "", False) or (isinstance(default, int) and default < 0)
    if unsaid or parameter.required or getattr(parameter, "is_flag", False) or callable(default):
        return ""
    return f" Default: `{default}`."
