"""Makes the smaller versions of the pictures named on VariantQueue."""

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

from bucketpress.batch_processor import MessageProcessor, is_first_delivery, sent_at
from bucketpress.bootstrap import make_variants, now, variant_queue
from bucketpress.services.refresh.refresh_request import RefreshRequest, joined
from bucketpress.services.refresh.refresher import Refreshed
from bucketpress.site.layout import rank

logger = Logger()
processor = MessageProcessor(logger, variant_queue, now)


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
    """The pictures of one batch: each gets its versions once, and none that has them since they were asked for."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self._records = [SQSRecord(record) for record in records]
        self._logged: set[str] = set()

    @cached_property
    def _outcomes(self) -> Mapping[str, Callable[[], Refreshed]]:
        requests: dict[str, list[RefreshRequest]] = {}
        for record in self._records:
            with suppress(UnknownMessageError):
                request = RefreshRequest(sent_at=sent_at(record), first_delivery=is_first_delivery(record))
                requests.setdefault(section_of(record.body), []).append(request)
        return make_variants({name: joined(each) for name, each in requests.items()})

    def make(self, record: SQSRecord) -> None:
        """Make the versions of the picture of one message, unless that was done before."""
        name = section_of(record.body)
        if name not in self._outcomes:
            return
        done = self._outcomes[name]()
        if name not in self._logged:
            self._logged.add(name)
            logger.info("variants made", section=done.section, written=len(done.written), artifacts=done.artifacts)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Make the smaller versions of every picture named in a batch."""
    batch = Batch(event["Records"])
    return process_partial_response(event, record_handler=batch.make, processor=processor, context=context)
