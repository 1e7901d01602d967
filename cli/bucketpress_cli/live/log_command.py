"""`bucketpress log`: what the publish function has logged of a source."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.operator_commands import StackOption, configured_stack
from bucketpress_cli.receipt_text import moment
from bucketpress_cli.terminal import print_line
from bucketpress_cli.versions.version_choice import KeyArgument

LEVEL_COLOURS = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow"}
# What Powertools writes with every message, and what is printed in a column of its own.
_ALWAYS = frozenset({"level", "location", "message", "timestamp", "service", "key", "exception", "xray_trace_id"})
_ALWAYS_BEGINS = ("function_", "cold_start", "correlation_id", "stack_trace", "exception_")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One message of a function: when, how grave, what, and the facts that came with it."""

    at: datetime
    level: str
    message: str
    facts: dict[str, Any]


def log(
    key: KeyArgument,
    *,
    hours: Annotated[int, typer.Option(help="How far back to look.", min=1)] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    stack: StackOption = "",
) -> None:
    """Show what was logged when a source was published: its states, and what failed.

    Example: bucketpress log posts/a-post.md --hours 72

    Exit codes: 0, 1 when nothing was logged, 2 when AWS cannot be asked.
    """
    with explained(), errors.status("reading the log"):
        client = bootstrap.aws_client("logs")
        since = bootstrap.now() - timedelta(hours=hours)
        name = stack or configured_stack()
        try:
            lines = list(lines_of(client, f"/aws/lambda/{name}-publish", key, since))
        except client.exceptions.ResourceNotFoundException:
            bootstrap.stack_outputs(name)  # The stack may not be there at all.
            lines = []  # A function has no log before its first message.
    if as_json:
        typer.echo(json.dumps({"key": key, "lines": [_document(line) for line in lines]}, ensure_ascii=False, indent=2))
    else:
        out = Console(highlight=False)
        for line in lines:
            facts = "  ".join(f"{name}={value}" for name, value in line.facts.items())
            print_line(out, moment(line.at), "  ", (line.message, LEVEL_COLOURS.get(line.level, "")), f"  {facts}")
    if not lines:
        then = command_line("status", key)
        fail(f"Nothing was logged of {key} in {hours} hours.", then=then, code=1)


def lines_of(client: Any, group: str, key: str, since: datetime) -> Iterator[LogLine]:  # noqa: ANN401 - boto3's client
    """Yield what a log group holds of a key, the oldest first."""
    # CloudWatch looks for the words; whether the line is about this very key is decided here.
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=round(since.timestamp() * 1000), filterPattern=_pattern(key)
    )
    for page in pages:
        for event in page["events"]:
            line = _line(event, key)
            if line is not None:
                yield line


def _pattern(key: str) -> str:
    """Return a filter pattern that finds lines in which a key stands, as JSON writes it."""
    written = json.dumps(key, ensure_ascii=False)[1:-1]
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(event: Any, key: str) -> LogLine | None:  # noqa: ANN401 - boto3's answer
    try:
        entry = json.loads(event["message"])
    except ValueError:
        return None
    if not isinstance(entry, dict) or (entry.get("key") != key and key not in str(entry.get("body", ""))):
        return None
    facts = {
        name: value for name, value in entry.items() if name not in _ALWAYS and not name.startswith(_ALWAYS_BEGINS)
    }
    if "exception" in entry:
        facts["exception"] = str(entry["exception"]).strip().splitlines()[-1]
    return LogLine(
        at=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        level=str(entry.get("level", "")),
        message=str(entry.get("message", "")),
        facts=facts,
    )


def _document(line: LogLine) -> dict[str, Any]:
    return {"at": line.at.isoformat(), "level": line.level, "message": line.message, "facts": line.facts}
