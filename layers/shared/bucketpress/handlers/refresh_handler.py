"""Refreshes the sections named on PageQueue: brings the site bucket up to date with the index."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor, UnknownMessageError, seconds_left
from bucketpress.bootstrap import now, page_queue, prepare_refresh, refresh_together
from bucketpress.section_batch import SectionBatch
from bucketpress.site.layout import rank

logger = Logger()
processor = MessageProcessor(logger, page_queue, now)


def sections_of(body: str) -> list[str]:
    """Return the sections that a message names; those of earlier versions name one. Raises UnknownMessageError."""
    try:
        message = json.loads(body)
        names = [str(name) for name in message.get("sections") or [message["section"]]]
        for name in names:
            rank(name)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnknownMessageError(body[:200]) from error
    return names


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Refresh every section named in a batch, pages first."""
    left = seconds_left(context)
    batch = SectionBatch(event["Records"], sections_of, lambda requests: refresh_together(requests, left))

    def refresh(record: SQSRecord) -> None:
        for done in batch.made_for(record):
            logger.info("section refreshed", section=done.section, written=len(done.written), artifacts=done.artifacts)

    return process_partial_response(event, record_handler=refresh, processor=processor, context=context)


prepare_refresh()
