"""Delivers the messages of the cloud on moto one by one, and gives back what was not done with."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from bucketpress.ports import TransientError
from tests.integration.conftest import Cloud
from tests.integration.faults import DiedError
from tests.support.aws import REGION
from tests.support.events import sqs_event

ENDLESS = 2000


class Delivery(NamedTuple):
    """One invocation: a function, and the body of its message ("" for the clock's)."""

    function: str
    body: str

    @property
    def of_author(self) -> bool:
        """Tell whether S3 sent it, not one of our functions."""
        return '"Records"' in self.body


@dataclass
class Deliveries:
    """What waits to be handled: both queues in their order, then so many strikes of the clock."""

    cloud: Cloud
    ticks: int = 0

    def take(self) -> Delivery | None:
        """Take the next message off its queue."""
        for function, url in (("publish", self.cloud.source_queue), ("refresh", self.cloud.page_queue)):
            messages = messages_in(url)
            if messages:
                return Delivery(function, messages.pop(0).body)
        if self.ticks:
            self.ticks -= 1
            return Delivery("upkeep", "")
        return None

    def hand_over(self, delivery: Delivery) -> bool:
        """Invoke the function. False when it died or failed, and the message has to come again."""
        event = {} if delivery.function == "upkeep" else sqs_event([delivery.body])
        try:
            answer = self.cloud.invoke(delivery.function, event)
        except (DiedError, ClientError, TransientError):
            return False
        return not (answer and answer["batchItemFailures"])

    def settle(self) -> None:
        """Handle everything; nothing may fail any more."""
        for _ in range(ENDLESS):
            delivery = self.take()
            if delivery is None:
                return
            assert self.hand_over(delivery), f"{delivery} fails without a fault"
        message = "the messages never end"
        raise AssertionError(message)


def messages_in(url: str) -> list[Any]:
    """Give the messages of a queue, those still delayed too: here time does not pass."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(url.rpartition("/")[2])
    messages: list[Any] = queue._messages
    return messages
