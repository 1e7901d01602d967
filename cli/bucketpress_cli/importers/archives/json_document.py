"""Reads JSON as exports have it."""

import json
import re

_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(data: bytes) -> object:
    """Return what a document says, without halves of characters, which no file can hold. Raises ValueError."""
    read: object = json.loads(data)
    if not _ESCAPED_HALF.search(data):
        return read
    whole: object = json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
    return whole
