"""Processes a batch of messages from a queue, for the functions that read one."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.base import FailureResponse

BODY_LOGGED = 500  # characters


class LoggingProcessor(BatchProcessor):
    """Logs what failed; the message comes back to the queue and nothing else would tell of it."""

    def __init__(self, logger: Logger) -> None:
        """Process messages of SQS; those that failed are returned, also where all of them did."""
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        self._logger = logger

    def failure_handler(self, record: Any, exception: Any) -> FailureResponse:  # noqa: ANN401 - as inherited
        """Log the failure of one message."""
        self._logger.error("message failed", exc_info=exception, body=str(record.body)[:BODY_LOGGED])
        return super().failure_handler(record, exception)
