"""`bucketpress redrive`: what has failed is tried again."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress_cli.aws_errors import errors, explained
from bucketpress_cli.failure import INTERRUPTED, command_line, fail, name_next, this_command
from bucketpress_cli.operator_commands import StackOption, configured_stack
from bucketpress_cli.terminal import print_line

QUEUES = (
    ("sources", "SourceDeadLetterQueueUrl", "SourceQueueUrl"),
    ("sections", "PageDeadLetterQueueUrl", "PageQueueUrl"),
    ("pictures", "VariantDeadLetterQueueUrl", "VariantQueueUrl"),
)
BATCH = 10  # the most that SQS takes and gives at once
# An answer that waits looks in every part of a queue, one that does not wait in some; the second makes sure.
WAIT_SECONDS = 1
EMPTY_ANSWERS = 2


def redrive(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what has failed, and move nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    stack: StackOption = "",
) -> None:
    """Send sources and sections that failed for good once more, when the cause is fixed.

    They only name what has to be published or refreshed, so that sending one twice, or stopping in between, does no
    harm.

    Example: bucketpress redrive

    Exit codes: 0, 2 when AWS cannot be asked, 130 when it was stopped.
    """
    out = errors if as_json else Console(highlight=False)
    counts: dict[str, int] = {}
    try:
        with explained():
            outputs = bootstrap.stack_outputs(stack or configured_stack())
            client = bootstrap.aws_client("sqs")
            # A stack without variants of pictures has no queue for them.
            for name, failed, queue in (each for each in QUEUES if each[1] in outputs):
                if dry_run:
                    counts[name] = _depth(client, outputs[failed])
                    print_line(out, f"{counts[name]:,} {name} have failed.")
                else:
                    with errors.status(name):
                        counts[name] = move_all(client, outputs[failed], outputs[queue])
                    print_line(out, f"{counts[name]:,} {name} sent again.")
    except KeyboardInterrupt:
        fail("Stopped. Nothing is lost: run again, it goes on.", then=this_command(), code=INTERRUPTED)
    if as_json:
        typer.echo(json.dumps({"failed" if dry_run else "sent": counts}, indent=2))
    if not dry_run:
        name_next(command_line("status"))


def move_all(client: Any, failed: str, queue: str) -> int:  # noqa: ANN401 - boto3's client
    """Move every message of one queue to another; return how many. Each is there before it goes here."""
    moved = empty = 0
    while empty < EMPTY_ANSWERS:
        answer = client.receive_message(QueueUrl=failed, MaxNumberOfMessages=BATCH, WaitTimeSeconds=WAIT_SECONDS)
        messages = answer.get("Messages", [])
        if not messages:
            empty += 1
            continue
        entries = [{"Id": str(number), "MessageBody": each["Body"]} for number, each in enumerate(messages)]
        sent = {int(each["Id"]) for each in client.send_message_batch(QueueUrl=queue, Entries=entries)["Successful"]}
        gone = [{"Id": str(n), "ReceiptHandle": messages[n]["ReceiptHandle"]} for n in sorted(sent)]
        if not gone:
            break
        client.delete_message_batch(QueueUrl=failed, Entries=gone)
        moved += len(gone)
    return moved


def _depth(client: Any, url: str) -> int:  # noqa: ANN401 - boto3's client
    name = "ApproximateNumberOfMessages"
    return int(client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
