"""Makes the smaller versions of the pictures named on VariantQueue; upkeep starts it when some wait."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor, UnknownMessageError, seconds_left
from bucketpress.bootstrap import make_variants, now, variant_queue
from bucketpress.section_batch import SectionBatch
from bucketpress.site.layout import rank

# Of two minutes: no picture is begun in the second, in which the next run may begin, and any is done before the end.
SECONDS_KEPT = 60

logger = Logger()
processor = MessageProcessor(logger, variant_queue, now)


def sections_of(body: str) -> list[str]:
    """Return the one section that a message names. Raises UnknownMessageError."""
    try:
        name = str(json.loads(body)["section"])
        rank(name)
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownMessageError(body[:200]) from error
    return [name]


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Make the smaller versions of every picture that waits, one picture after the other, for a minute.

    Its queue is not polled by Lambda: that costs as much for a site without pictures as for one with many.
    """
    del event
    queue, left = variant_queue(), seconds_left(context)
    while left() > SECONDS_KEPT and (messages := queue.receive()):
        if not _failed(messages, context):
            queue.delete(messages[0]["receiptHandle"])


def _failed(messages: list[dict[str, Any]], context: LambdaContext) -> bool:
    """Work on a message; return whether that failed, so that it comes again."""
    batch = SectionBatch(messages, sections_of, make_variants)

    def make(record: SQSRecord) -> None:
        for done in batch.made_for(record):
            logger.info("variants made", section=done.section, written=len(done.written), artifacts=done.artifacts)

    event = {"Records": messages}
    answer = process_partial_response(event, record_handler=make, processor=processor, context=context)
    return bool(answer["batchItemFailures"])
