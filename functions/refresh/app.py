"""Refreshes the sections named on PageQueue: brings the site bucket up to date with the index."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor, is_first_delivery, seconds_left, sent_at
from bucketpress.bootstrap import now, page_queue, prepare_refresh, refresh_together
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.services.refresh.refresher import Refreshed
from bucketpress.site.layout import rank

logger = Logger()
processor = MessageProcessor(logger, page_queue, now)


class UnknownMessageError(Exception):
    """The message names no section; it ends among the dead letters."""


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


class Batch:
    """The sections of one batch: each is refreshed once, and only where no run has done so since it was asked for."""

    def __init__(self, records: list[dict[str, Any]], context: LambdaContext) -> None:
        self._records = [SQSRecord(record) for record in records]
        self._seconds_left = seconds_left(context)
        self._logged: set[str] = set()

    @cached_property
    def _outcomes(self) -> Mapping[str, Callable[[], Refreshed]]:
        requests: dict[str, list[RefreshRequest]] = {}
        for record in self._records:
            with suppress(UnknownMessageError):
                request = RefreshRequest(sent_at=sent_at(record), first_delivery=is_first_delivery(record))
                for name in sections_of(record.body):
                    requests.setdefault(name, []).append(request)
        return refresh_together({name: joined(each) for name, each in requests.items()}, self._seconds_left)

    def refresh(self, record: SQSRecord) -> None:
        """Refresh the sections of one message, unless that was done before. Raises what any of them raised."""
        for name in sections_of(record.body):
            if name not in self._outcomes:
                continue
            done = self._outcomes[name]()
            if name not in self._logged:
                self._logged.add(name)
                logger.info(
                    "section refreshed", section=done.section, written=len(done.written), artifacts=done.artifacts
                )


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Refresh every section named in a batch, pages first."""
    batch = Batch(event["Records"], context)
    return process_partial_response(event, record_handler=batch.refresh, processor=processor, context=context)


prepare_refresh()
