"""Which bucket a command works on: that of a stack, found by its outputs, or one that is named."""

from functools import partial
from typing import Annotated

import typer

from bucketpress import bootstrap
from bucketpress_cli.operator_commands import configured_stack
from bucketpress_cli.transfer.content_bucket import ContentBucket
from bucketpress_cli.transfer.transfers import THREADS

BucketOption = Annotated[
    str, typer.Option(help="The content bucket; else the stack's own, by its outputs.", show_default=False)
]


def target_bucket(bucket: str, stack: str) -> ContentBucket:
    """Return the named bucket, else that of the stack. Raises NoSuchStackError."""
    name = bucket or bootstrap.stack_outputs(stack or configured_stack())["ContentBucketName"]
    return ContentBucket(bootstrap.object_client(THREADS), name)


def read_many(bucket: ContentBucket, keys: list[str]) -> dict[str, bytes]:
    """Read several objects at once, leaving out those that are not there."""
    read = bootstrap.parallel_calls(THREADS).run([partial(bucket.read, key) for key in keys]) if keys else []
    return {key: data for key, data in zip(keys, read, strict=True) if data is not None}
