"""Publishes the sources named on SourceQueue: brings the index up to date with them."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor, UnknownMessageError, is_first_delivery, seconds_left, sent_at
from bucketpress.bootstrap import now, prepare_publish, publish_together, source_queue
from bucketpress.records.record import Record
from bucketpress.services.publish.publish_request import PublishRequest, joined

logger = Logger()
processor = MessageProcessor(logger, source_queue, now)


def keys_of(body: str) -> list[str]:
    """Return the sources that a message names: those of an S3 event, whose keys are form-encoded, or one of ours.

    The test event that S3 sends when a notification is set up names none. Raises UnknownMessageError.
    """
    try:
        message = json.loads(body)
        if message.get("Event") == "s3:TestEvent":
            return []
        if "key" in message:
            return [str(message["key"])]
        return [unquote_plus(record["s3"]["object"]["key"]) for record in message["Records"]]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnknownMessageError(body[:200]) from error


def request_of(record: SQSRecord) -> PublishRequest:
    """Return what a message asks for: an event of S3 that comes for the first time tells of an object and no more."""
    is_event = "Records" in json.loads(record.body)
    return PublishRequest(asked_at=sent_at(record), object_only=is_event and is_first_delivery(record))


class Batch:
    """The sources of one batch: each is published once, however many messages name it."""

    def __init__(self, records: list[dict[str, Any]], context: LambdaContext) -> None:
        """Take the records of the event, and the context that says how long there is for them."""
        self._records = [SQSRecord(record) for record in records]
        self._seconds_left = seconds_left(context)

    @cached_property
    def _outcomes(self) -> Mapping[str, Callable[[], Record | None]]:
        requests: dict[str, list[PublishRequest]] = {}
        for record in self._records:
            with suppress(UnknownMessageError):
                for key in keys_of(record.body):
                    requests.setdefault(key, []).append(request_of(record))
        return publish_together({key: joined(each) for key, each in requests.items()}, self._seconds_left)

    def publish(self, record: SQSRecord) -> None:
        """Publish every source one message names."""
        for key in keys_of(record.body):
            published = self._outcomes[key]()
            if published is not None:
                logger.info("source published", key=key, state=published.state, path=published.path)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Publish every source named in a batch of S3 events and of our own messages."""
    batch = Batch(event["Records"], context)
    return process_partial_response(event, record_handler=batch.publish, processor=processor, context=context)


prepare_publish()
