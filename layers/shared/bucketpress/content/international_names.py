"""Hosts in other scripts, as they are written in addresses: https://bücher.example is https://xn--bcher-kva.example."""

import re
import unicodedata

_LETTERS = re.compile(r"[\w\u00b7\u200c\u200d\U0001f000-\U0001faff\u2600-\u27bf\ufe0f-]+")


def ascii_host(host: str) -> str:
    """Return a host with its parts in Punycode (RFC 3492), or as it is where one of them cannot be a name."""
    if host.isascii():
        return host
    parts = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", host).lower()).split(".")
    if not all(part.isascii() or _LETTERS.fullmatch(part) for part in parts):
        return host
    return ".".join(part if part.isascii() else f"xn--{part.encode('punycode').decode('ascii')}" for part in parts)
