"""What every Queue must do."""

from moto import mock_aws

from bucketpress.adapters.sqs_queues import SQSQueue
from tests.contract.conftest import Sent
from tests.support.aws import client_of, messages_of


def test_every_message_sent_is_received(sent: Sent) -> None:
    keys = [f"posts/{number} ü+%.md" for number in range(23)]

    sent.queue.send(keys)

    assert sorted(sent.received()) == sorted(keys)


def test_sending_nothing_is_allowed(sent: Sent) -> None:
    sent.queue.send([])

    assert sent.received() == []


def test_the_depth_counts_what_waits_and_what_is_delayed(sent: Sent) -> None:
    sent.queue.send(["a", "b"])
    sent.queue.send(["c"], delay_seconds=60)

    assert sent.queue.depth() == 3


def test_a_message_holds_as_many_as_it_may() -> None:
    with mock_aws():
        client = client_of("sqs")
        url = str(client.create_queue(QueueName="q")["QueueUrl"])

        SQSQueue(client, url, "sections", 2).send(["a", "b", "c"])

        assert sorted(messages_of(client, url)) == ['{"sections": ["a", "b"]}', '{"sections": ["c"]}']


def test_messages_that_failed_come_back_when_they_are_told_to() -> None:
    with mock_aws():
        client = client_of("sqs")
        url = str(client.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "700"})["QueueUrl"])
        queue = SQSQueue(client, url, "key")
        queue.send([f"posts/{number:02}.md" for number in range(12)])
        received = [
            each for _ in range(2) for each in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        ]

        unset = queue.retry_later({each["ReceiptHandle"]: 0 for each in received[:11]} | {"unknown": 0})

        assert len(received) == 12
        assert unset == 1
        assert len(messages_of(client, url)) == 11
