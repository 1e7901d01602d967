"""What every Queue must do."""

from tests.contract.conftest import Sent


def test_every_message_sent_is_received(sent: Sent) -> None:
    keys = [f"posts/{number} ü+%.md" for number in range(23)]

    sent.queue.send(keys)

    assert sorted(sent.received()) == sorted(keys)


def test_sending_nothing_is_allowed(sent: Sent) -> None:
    sent.queue.send([])

    assert sent.received() == []
