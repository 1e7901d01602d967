"""Refreshes the sections named on PageQueue: brings the site bucket up to date with the index."""

import json
from contextlib import suppress
from functools import cached_property
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.batch_processor import MessageProcessor, is_first_delivery, sent_at
from bucketpress.bootstrap import page_queue, refresher
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.site.layout import rank

logger = Logger()
processor = MessageProcessor(logger, page_queue)


class UnknownMessageError(Exception):
    """The message names no section; it ends among the dead letters."""


def section_of(body: str) -> str:
    """Return the section that a message names. Raises UnknownMessageError."""
    try:
        name = str(json.loads(body)["section"])
        rank(name)
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownMessageError(body[:200]) from error
    return name


class Batch:
    """The sections of one batch: each is refreshed once, and only where no run has done so since it was asked for."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self._records = [SQSRecord(record) for record in records]

    @cached_property
    def _left(self) -> set[str]:
        """The sections still to be refreshed."""
        requests: dict[str, list[RefreshRequest]] = {}
        for record in self._records:
            with suppress(UnknownMessageError):
                request = RefreshRequest(sent_at=sent_at(record), first_delivery=is_first_delivery(record))
                requests.setdefault(section_of(record.body), []).append(request)
        return set(refresher().still_to_do({name: joined(each) for name, each in requests.items()}))

    def refresh(self, record: SQSRecord) -> None:
        """Refresh the section of one message unless that is done."""
        name = section_of(record.body)
        if name not in self._left:
            return
        refreshed = refresher().refresh(name)
        self._left.discard(name)
        logger.info("section refreshed", section=name, written=len(refreshed.written), artifacts=refreshed.artifacts)


def _order(record: dict[str, Any]) -> int:
    """Return a sort key: pages before the listings that link to them, messages that cannot be understood last."""
    try:
        return rank(section_of(record["body"]))
    except UnknownMessageError:
        return 9


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Refresh every section named in a batch, pages first."""
    ordered = {**event, "Records": sorted(event["Records"], key=_order)}
    batch = Batch(ordered["Records"])
    return process_partial_response(ordered, record_handler=batch.refresh, processor=processor, context=context)
