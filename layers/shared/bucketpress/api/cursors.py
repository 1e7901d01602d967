"""Cursors: opaque, signed, versioned, and good only for the query they were made for."""

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
    """Writes and reads cursors with a secret of this deployment."""

    secret: bytes

    def write(self, place: str, query: Mapping[str, str]) -> str:
        """Return a cursor that leads to a place in the answer to a query."""
        data = place.encode()
        return base64.urlsafe_b64encode(VERSION + self._signature(data, query) + data).decode().rstrip("=")

    def read(self, cursor: str, query: Mapping[str, str]) -> str:
        """Return the place a cursor leads to. Raises ProblemError unless this very query's `write` made it."""
        try:
            data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise _refusal() from error
        signature, place = data[1 : 1 + SIGNATURE_BYTES], data[1 + SIGNATURE_BYTES :]
        genuine = data[:1] == VERSION and hmac.compare_digest(signature, self._signature(place, query))
        # The last character of a base64 text has bits to spare: of all its spellings only our own is a cursor.
        if not genuine or self.write(place.decode(), query) != cursor:
            raise _refusal()
        return place.decode()

    def _signature(self, place: bytes, query: Mapping[str, str]) -> bytes:
        bound = json.dumps(sorted(query.items())).encode()
        message = b"\0".join((VERSION, bound, place))
        return hmac.new(self.secret, message, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _refusal() -> ProblemError:
    return ProblemError(INVALID_CURSOR, "The cursor was not made by this API for this query.", "cursor")
