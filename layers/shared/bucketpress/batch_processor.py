"""Processes a batch of messages from a queue, for the functions that read one.

Lambda counts no error where a function reports which messages failed, so each failure is logged, counted in a metric of
our own, and the message comes back soon: after its queue's visibility timeout it would take six minutes or twelve.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.base import FailureResponse
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketpress.trouble import Trouble, report

BODY_LOGGED = 500  # characters
FAILED_MESSAGES = "FailedMessages"
FIRST_WAIT_SECONDS, WAIT_FACTOR, LONGEST_WAIT_SECONDS = 5, 3, 600
# For counting what has failed and setting when it comes again, when AWS is slow too.
KEPT_SECONDS = 12
# What has failed so often, over 200 seconds, does not pass by itself.
FAILS_FOR_LONG = 5
# Messages of runs that crash or run out of time come back after their queue's timeout, and nobody reports a failure.
COMES_BACK, CAME_FIRST = 3, timedelta(minutes=10)


class UnknownMessageError(Exception):
    """The message names nothing that its queue is for; it ends among the dead letters."""


class Retries(Protocol):
    """A queue whose received messages can be made to come back at another time."""

    def retry_later(self, waits: Mapping[str, int]) -> int:
        """Make each message, by its receipt handle, come back after so many seconds; return for how many it failed."""
        ...


class MessageProcessor(BatchProcessor):
    """Logs and counts what failed, and lets it come back after a wait that grows from attempt to attempt."""

    def __init__(self, logger: Logger, retries: Callable[[], Retries], clock: Callable[[], datetime]) -> None:
        """Process messages of SQS; those that failed are returned, also where all of them did."""
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        self._logger = logger
        self._retries = retries
        self._clock = clock

    def process(self) -> list[tuple[Any, ...]]:
        """Process every message; those that come back for long are reported first: the run may crash again."""
        if any(comes_back_for_long(SQSRecord(record), self._clock()) for record in self.records):
            report(Trouble.FAILING_MESSAGES)
        return super().process()

    def failure_handler(self, record: Any, exception: Any) -> FailureResponse:  # noqa: ANN401 - as inherited
        """Log the failure of one message."""
        self._logger.error("message failed", exc_info=exception, body=str(record.body)[:BODY_LOGGED])
        return super().failure_handler(record, exception)

    def response(self) -> PartialItemFailureResponse:
        """Return the messages that failed, once they are counted and their wait is set."""
        failed: list[Any] = self.fail_messages
        if failed:
            # Sent only when there is something to count: CloudWatch charges for the hours in which a metric is sent.
            with single_metric(name=FAILED_MESSAGES, unit=MetricUnit.Count, value=len(failed)):
                pass
            # At the end of the batch: the wait must not be over while other messages are still being worked on.
            self._set_waits(failed)
        if any(received(record) >= FAILS_FOR_LONG for record in failed):
            report(Trouble.FAILING_MESSAGES)
        return super().response()

    def _set_waits(self, failed: list[Any]) -> None:
        waits = {record.receipt_handle: seconds_to_wait(received(record)) for record in failed}
        unset = self._retries().retry_later(waits)
        if unset:
            # No harm: these come back after the visibility timeout of the queue.
            self._logger.warning("wait not set", messages=unset)


def seconds_left(context: LambdaContext) -> Callable[[], float]:
    """Return what tells how long a run may still work, so that it can say in time which messages it has not done."""
    return lambda: context.get_remaining_time_in_millis() / 1000 - KEPT_SECONDS


def sent_at(record: SQSRecord) -> datetime:
    """Return when a message was first sent; SQS has it in milliseconds since 1970."""
    return datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)


def received(record: SQSRecord) -> int:
    """Return how many times a message was received so far, this time included."""
    return int(record.attributes.approximate_receive_count)


def is_first_delivery(record: SQSRecord) -> bool:
    """Return whether nobody has received a message before."""
    return received(record) == 1


def comes_back_for_long(record: SQSRecord, moment: datetime) -> bool:
    """Return whether a message was received several times, and first so long ago that its runs must have crashed."""
    first = datetime.fromtimestamp(int(record.attributes.approximate_first_receive_timestamp) / 1000, UTC)
    return received(record) >= COMES_BACK and moment - first >= CAME_FIRST


def seconds_to_wait(count: int) -> int:
    """Return how long a message that failed waits; `count` is how many times it was received so far."""
    # The exponent has a limit so that a large count makes no huge number.
    return int(min(FIRST_WAIT_SECONDS * WAIT_FACTOR ** min(max(count, 1) - 1, 10), LONGEST_WAIT_SECONDS))
