"""Starts the encoding of pictures where some wait: nothing asks for them in between, so that waiting costs nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bucketpress.ports import WaitingMessages


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingStart:
    """The queue of pictures, what begins to work on it, and the queues of `texts` that come before it."""

    queue: WaitingMessages
    begin: Callable[[], object]
    texts: Sequence[WaitingMessages] = ()

    def start(self) -> bool:
        """Start a function if a picture waits and no text does; return whether it was started.

        It is started once a minute at most and takes no picture after its first minute, so that there is one run at a
        time, two where one takes long. In a burst of uploads all runs that the account has are for texts.
        """
        if not self.queue.waiting() or any(queue.waiting() for queue in self.texts):
            return False
        self.begin()
        return True
