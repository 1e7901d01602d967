"""Starts the encoding of pictures where some wait: nothing asks for them in between, so that waiting costs nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bucketpress.ports import WaitingMessages


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingStart:
    """The queue of pictures, what begins to work on it, and the queues of `texts` that come before it.

    What begins once a minute at most takes no picture after its first minute, so that there is one run at a time, two
    where one takes long.
    """

    queue: WaitingMessages
    begin: Callable[[], object]
    texts: Sequence[WaitingMessages] = ()

    def is_due(self) -> bool:
        """Whether a picture waits and no text does: in a burst of uploads all runs that the account has are for texts.

        Ask before a tick: on a large site each sends some sections itself, and pictures would wait for ever.
        """
        return self.queue.waiting() > 0 and not any(queue.waiting() for queue in self.texts)
