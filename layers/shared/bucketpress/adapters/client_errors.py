"""What AWS says when it refuses a call, as botocore raises it."""

from botocore.exceptions import ClientError


def code_of(error: ClientError) -> str:
    """Return the code of an error, such as `NoSuchKey`; of an answer without a body its HTTP status, such as `404`."""
    return error.response["Error"]["Code"]
