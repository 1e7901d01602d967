"""Text on its way into a document: what XML cannot hold, dates as machines read them, strings as YAML reads them."""

import html
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime

# https://www.w3.org/TR/xml/#charsets; "\r" too, which parsers turn into "\n".
_ILLEGAL = "[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_CONTROLS = bytes([*range(9), *range(0x0B, 0x20)])
_LAST = b"\xef\xbf"  # begins U+FFFE and U+FFFF in UTF-8, and a few others
_NOT_PLAIN_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_NAMED_SPACE = "&nbsp;"
_TAG = re.compile(r'<[^"<>]*(?:"[^"]*"[^"<>]*)*>')


def clean(text: str) -> str:
    """Remove every character that XML 1.0 or UTF-8 cannot hold; every line end becomes a line feed."""
    if _is_clean(text):
        return text
    # Compiled, and remembered by re, where it is needed: that takes 4 ms of each start otherwise.
    return re.sub(_ILLEGAL, "", text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_clean(text: str) -> bool:
    """Return whether a text surely needs no cleaning: most do not, and to know that takes a tenth of the time."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    return _LAST not in data and len(data.translate(None, _CONTROLS)) == len(data)


def clean_html(text: str) -> str:
    """Clean sanitised HTML and write its only named entity beyond XML's own as its character."""
    return clean(text).replace(_NAMED_SPACE, "\u00a0")


def plain_text(text: str) -> str:
    """Return the text of sanitised HTML without its tags."""
    return html.unescape(_TAG.sub(" ", text))


def whole_words(beginning: str) -> str:
    """Return the text of the beginning of sanitised HTML, without what is cut off of a tag, an entity or a word."""
    return html.unescape(_TAG.sub(" ", beginning).partition("<")[0].rpartition(" ")[0])


def rfc3339(moment: datetime) -> str:
    """Format an aware datetime as `2010-03-05T14:00:00+00:00` (RFC 3339)."""
    return _in_whole_minutes(moment).isoformat(timespec="seconds")


def rfc822(moment: datetime) -> str:
    """Format an aware datetime as `Fri, 05 Mar 2010 14:00:00 +0000` (RFC 822 with a four-digit year)."""
    return format_datetime(_in_whole_minutes(moment))


def yaml_string(text: str) -> str:
    """Write text as a YAML scalar in double quotes, which every YAML version reads back unchanged."""
    quoted = json.dumps(clean(text), ensure_ascii=False)
    return _NOT_PLAIN_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _in_whole_minutes(moment: datetime) -> datetime:
    """Return a time whose offset has no seconds, as local mean times before 1900 have: neither format allows them."""
    offset = moment.utcoffset()
    return moment if offset is not None and offset.total_seconds() % 60 == 0 else moment.astimezone(UTC)
