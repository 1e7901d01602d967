"""Cursors: opaque, signed, versioned, and valid only for the query they were made for."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bucketpress.api.problems import INVALID_CURSOR, ProblemError

VERSION = b"\x01"
SIGNATURE_BYTES = 16
MAX_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursors:
    """Writes and reads cursors, signed with a secret of this deployment."""

    secret: bytes

    def write(self, position: str, query: Mapping[str, str]) -> str:
        """Return a cursor for a position in the result of a query."""
        data = position.encode()
        return base64.urlsafe_b64encode(VERSION + self._signature(data, query) + data).decode().rstrip("=")

    def read(self, cursor: str, query: Mapping[str, str]) -> str:
        """Return the position a cursor holds. Raises ProblemError unless `write` made it for this very query."""
        try:
            data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise _refusal() from error
        signature, position = data[1 : 1 + SIGNATURE_BYTES], data[1 + SIGNATURE_BYTES :]
        genuine = data[:1] == VERSION and hmac.compare_digest(signature, self._signature(position, query))
        # The last character of a base64 text has bits to spare: only the spelling that `write` gives is accepted.
        if not genuine or self.write(position.decode(), query) != cursor:
            raise _refusal()
        return position.decode()

    def _signature(self, position: bytes, query: Mapping[str, str]) -> bytes:
        bound = json.dumps(sorted(query.items())).encode()
        message = b"\0".join((VERSION, bound, position))
        return hmac.new(self.secret, message, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _refusal() -> ProblemError:
    return ProblemError(INVALID_CURSOR, "The cursor was not made by this API for this query.", "cursor")
