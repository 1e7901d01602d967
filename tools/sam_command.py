"""Run `sam build` or `sam deploy` with the parameters of samconfig.toml and others merged, in SAM CLI's environment.

SAM takes the parameters of its command line instead of those in samconfig.toml, not in addition: a command line with
one parameter would silently set all others back to their defaults. And what the layer is built for has to reach its
makefile as well, which sees only the environment.

Usage: sam_command.py build|deploy [Name=value …] [-- options of SAM]
"""

import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
# It is part of the buckets' names, which are lower-case and have 63 characters at most.
STACK_NAME = r"[a-z][a-z0-9-]{0,23}"


class ImpossibleNameError(Exception):
    """No stack can have this name."""


def command_line(command: str, arguments: Sequence[str], *, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the arguments for SAM and what to add to its environment. Raises ImpossibleNameError."""
    given, options = _split(list(arguments))
    config = [_option(options, "--config-env") or "default", _option(options, "--config-file") or ""]
    configuration = configured(folder, *config)
    if command == "deploy":
        check_stack_name(_option(options, "--stack-name") or str(configuration.get("stack_name", "")))
    parameters = {**read_parameters(configuration.get("parameter_overrides")), **typed(given)}
    overrides = [f"{name}={_quoted(value)}" for name, value in parameters.items()]
    chosen = options if command == "deploy" else _config_options(options)
    line = [command, *(["--parameter-overrides", *overrides] if overrides else []), *chosen]
    return line, layer_variables(parameters, folder / "template.yaml")


def configured(folder: Path, environment: str, file: str) -> dict[str, Any]:
    """Return what samconfig.toml has for `sam deploy`, read by SAM's own code."""
    configuration = importlib.import_module("samcli.lib.config.samconfig").SamConfig(folder, file or None)
    if not configuration.exists():
        return {}
    return dict(configuration.get_all(["deploy"], "parameters", environment))


def check_stack_name(name: str) -> None:
    """Raise ImpossibleNameError for a name that the buckets cannot bear: AWS would say so after minutes only."""
    # Without a name SAM asks for one, or says that there is none.
    if name and not re.fullmatch(STACK_NAME, name):
        message = (
            f"A stack cannot be called {name}: its buckets bear the name. Give up to 24 lower-case letters, digits and "
            "hyphens, beginning with a letter, as stack_name in samconfig.toml or with --stack-name."
        )
        raise ImpossibleNameError(message)


def typed(arguments: Sequence[str]) -> dict[str, str]:
    """Return the parameters of the command line; a shell has taken their quotation marks away."""
    found: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        plain = equals and name.isidentifier() and name != "ParameterKey"
        found |= {name: value} if plain else read_parameters(argument)
    return found


def read_parameters(values: Any) -> dict[str, str]:
    """Return parameters by name, from any of the forms that SAM knows."""
    found: dict[str, str] = (
        importlib.import_module("samcli.cli.types").CfnParameterOverridesType().convert(values or "", None, None)
    )
    return found


def layer_variables(parameters: Mapping[str, str], template: Path) -> dict[str, str]:
    """Return the environment of the layer's makefile: the parameters, or the defaults that the template has."""
    reader = importlib.import_module("samcli.yamlhelper")
    declared = reader.yaml_parse(template.read_text("utf-8"))["Parameters"]
    values = {name: each.get("Default") for name, each in declared.items()} | dict(parameters)
    return {
        "LAYER_ARCHITECTURE": values["Architecture"],
        "LAYER_PYTHON": values["Runtime"].removeprefix("python"),
    }


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:end], arguments[end + 1 :]


def _option(options: Sequence[str], name: str) -> str:
    for position, option in enumerate(options):
        if option == name:
            return "".join(options[position + 1 : position + 2])
        if option.startswith(f"{name}="):
            return option.partition("=")[2]
    return ""


def _config_options(options: Sequence[str]) -> list[str]:
    """Return the options that say which configuration to read, the only ones that building shares with deploying."""
    return [
        part
        for name in ("--config-env", "--config-file")
        if (value := _option(options, name))
        for part in (name, value)
    ]


def _quoted(value: str) -> str:
    marked = value.replace('"', '\\"')
    return f'"{marked}"'


def main() -> None:
    """Become SAM CLI."""
    command, *arguments = sys.argv[1:]
    try:
        line, variables = command_line(command, arguments, folder=PROJECT_FOLDER)
    except ImpossibleNameError as error:
        sys.exit(str(error))
    sam = str(Path(sys.executable).with_name("sam"))
    os.chdir(PROJECT_FOLDER)
    os.execve(sam, [sam, *line], {**os.environ, **variables})  # noqa: S606 - a list of arguments, no shell


if __name__ == "__main__":
    main()
