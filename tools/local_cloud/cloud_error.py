"""What can go wrong with a local cloud."""

from tools.tool_error import ToolError


class CloudError(ToolError):
    """The local cloud cannot go on; the message says what to do, `details` is the tail of the log that shows why."""
