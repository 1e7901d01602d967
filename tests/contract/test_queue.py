"""What every Queue must do."""

from tests.contract.conftest import Sent


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
