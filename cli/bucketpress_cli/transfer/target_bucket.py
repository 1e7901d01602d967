"""Which bucket a command works on: that of a stack, found by its outputs, or one that is named."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bucketpress import bootstrap
from bucketpress.content.source_keys import SETTINGS_KEY, composed
from bucketpress_cli.failure import command_line, fail
from bucketpress_cli.operator_commands import configured_stack
from bucketpress_cli.transfer.content_bucket import ContentBucket
from bucketpress_cli.transfer.transfers import THREADS

BucketOption = Annotated[
    str, typer.Option(help="The content bucket; else the stack's own, by its outputs.", show_default=False)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The bucket and the stack that a command was given, "" for none: what it suggests has to work on the same."""

    bucket: str
    stack: str

    def command(self, *words: object) -> str:
        """Return a command on this bucket."""
        return command_line(*words, *_option("--bucket", self.bucket), *_option("--stack", self.stack))

    def stack_command(self, *words: object) -> str:
        """Return a command on this stack, one that takes no bucket."""
        return command_line(*words, *_option("--stack", self.stack))


def _option(name: str, value: str) -> tuple[str, ...]:
    return (name, value) if value else ()


def target_bucket(bucket: str, stack: str) -> ContentBucket:
    """Return the named bucket, else that of the stack. Raises NoSuchStackError."""
    name = bucket or bootstrap.stack_outputs(stack or configured_stack())["ContentBucketName"]
    return ContentBucket(bootstrap.object_client(THREADS), name)


def named_keys(named: Iterable[str], keys: Collection[str], *, place: str, then: str) -> frozenset[str]:
    """Return which of the `keys` are named, however their letters are spelled; end the command where one is none.

    `keys` are those of a place, the folder or the bucket, that it has or is known to have had.
    """
    found: set[str] = set()
    for name in named:
        fitting = {key for key in keys if composed(key) == composed(name)}
        if not fitting:
            fail(f"{name} is nothing that the {place} has or had.", then=then)
        found |= fitting
    return frozenset(found)


def settling(key: str, folder: Path, target: Target, *, here: bool, there: bool) -> list[tuple[str, str]]:
    """Return who wins by which command, for a file that is in conflict and is `here` or `there` or both.

    The settings are never deleted.
    """
    mine = ("Yours wins:", target.command("push", folder, "--mine", key))
    theirs = ("Theirs wins:", target.command("pull", folder, "--theirs", key))
    return [each for each, is_possible in ((mine, here), (theirs, there)) if is_possible or key != SETTINGS_KEY]


def emptied(name: str) -> str:
    """Return what there is to say of a bucket in which nothing is left of what a folder saw there."""
    return f"✗ {name} was emptied, or made again: nothing is left there of what this folder saw."


def read_many(bucket: ContentBucket, keys: list[str]) -> dict[str, bytes]:
    """Read several objects at once, leaving out those that are not there."""
    read = bootstrap.parallel_calls(THREADS).run([partial(bucket.read, key) for key in keys]) if keys else []
    return {key: data for key, data in zip(keys, read, strict=True) if data is not None}
