"""SQS standard queues."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from bucketpress.ports import Queue, TransientError
from bucketpress.site.layout import is_variants

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

BATCH_MESSAGES = 10
ATTEMPTS = 3
DEPTHS: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class SectionQueues:
    """A Queue of sections that is two: pictures that are to be encoded wait in one of their own, and nothing for them.

    Without one for pictures theirs go to the other: what is left to do for them is to withdraw what there was.
    """

    def __init__(self, pages: Queue, pictures: Queue | None) -> None:
        self._pages = pages
        self._pictures = pictures or pages

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        """Send each section to its queue."""
        sections = list(bodies)
        pictures = [name for name in sections if is_variants(name)]
        pages = [name for name in sections if not is_variants(name)]
        if pages:
            self._pages.send(pages, delay_seconds=delay_seconds)
        if pictures:
            self._pictures.send(pictures, delay_seconds=delay_seconds)


class SQSQueue:
    """A Queue whose messages are JSON objects with one field, such as `{"key": "posts/a.md"}`.

    With `at_once` a message holds up to so many, as a list.
    """

    def __init__(self, client: "SQSClient", url: str, field: str, at_once: int | None = None) -> None:
        self._client = client
        self._url = url
        self._field = field
        self._at_once = at_once

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        messages = [json.dumps({self._field: held}) for held in self._held(list(bodies))]
        for begin in range(0, len(messages), BATCH_MESSAGES):
            self._send_batch(messages[begin : begin + BATCH_MESSAGES], delay_seconds)

    def _held(self, bodies: list[str]) -> Sequence[str | list[str]]:
        """Return what each message holds."""
        if self._at_once is None:
            return bodies
        return [bodies[begin : begin + self._at_once] for begin in range(0, len(bodies), self._at_once)]

    def depth(self) -> int:
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=DEPTHS)
        return sum(int(answer["Attributes"][name]) for name in DEPTHS)

    def waiting(self) -> int:
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=DEPTHS[:1])
        return int(answer["Attributes"][DEPTHS[0]])

    def receive(self) -> list[dict[str, Any]]:
        """Take one message, if any waits, in the form in which Lambda hands messages to a function."""
        answer = self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=1, WaitTimeSeconds=1, MessageSystemAttributeNames=["All"]
        )
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            for message in answer.get("Messages", [])
        ]

    def delete(self, receipt_handle: str) -> None:
        """Delete a message that was received."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt_handle)

    def retry_later(self, waits: Mapping[str, int]) -> int:
        """Make received messages, by receipt handle, visible after so many seconds; return for how many it failed."""
        handles = list(waits)
        unset = 0
        for begin in range(0, len(handles), BATCH_MESSAGES):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": waits[handle]}
                for number, handle in enumerate(handles[begin : begin + BATCH_MESSAGES])
            ]
            try:
                answer = self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError):
                # The messages wait for their queue's timeout instead, and the batch is still answered.
                return unset + len(handles) - begin
            unset += len(answer.get("Failed", []))
        return unset

    def _send_batch(self, messages: list[str], delay_seconds: int) -> None:
        """Send up to ten messages. A batch can succeed in part: what `Failed` names is sent again."""
        left: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": message, "DelaySeconds": delay_seconds}
            for number, message in enumerate(messages)
        ]
        for _ in range(ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=left)
            failed = {failure["Id"] for failure in answer.get("Failed", [])}
            left = [entry for entry in left if entry["Id"] in failed]
            if not left:
                return
        message = f"{len(left)} messages were not accepted"
        raise TransientError(message)
