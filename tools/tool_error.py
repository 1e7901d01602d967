"""What can go wrong with a tool that is not part of the project."""


class ToolError(Exception):
    """A tool cannot be had or does not work; the message says what to do, `details` is what it wrote."""

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details
        if details:
            self.add_note(details)
