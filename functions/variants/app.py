"""Makes the smaller versions of the pictures named on VariantQueue."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor
from bucketpress.bootstrap import make_variants, now, variant_queue
from bucketpress.section_batch import SectionBatch, UnknownMessageError
from bucketpress.site.layout import rank

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
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Make the smaller versions of every picture named in a batch."""
    batch = SectionBatch(event["Records"], sections_of, make_variants)

    def make(record: SQSRecord) -> None:
        for done in batch.made_for(record):
            logger.info("variants made", section=done.section, written=len(done.written), artifacts=done.artifacts)

    return process_partial_response(event, record_handler=make, processor=processor, context=context)
