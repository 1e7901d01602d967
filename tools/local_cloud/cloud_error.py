"""What can go wrong with a local cloud."""


class CloudError(Exception):
    """The local cloud cannot go on; the message says what to do, `details` is the tail of the log that shows why."""

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details
