"""Tables whose line of dashes has not as many cells as the line above, which readers would see as bars and dashes."""

import re

from bucketpress.content.markdown.line_map import LineMap, rewrite_prose

_CELL = r"[ \t]{0,30}:?-{1,200}:?[ \t]{0,30}\|"
# Only with a bar at both ends, and a row below: nothing else can be meant.
_TABLE = re.compile(
    rf"^(?P<indent>[ ]{{0,3}})(?P<head>\|[^\n]{{1,1000}}\|)[ \t]{{0,9}}\n"
    rf"(?P<dashes>[ ]{{0,3}}\|(?:{_CELL}){{1,100}})[ \t]{{0,9}}\n(?=[ ]{{0,3}}\|)",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\.")


def read_loose_tables(text: str) -> tuple[str, LineMap]:
    """Return a text in which both lines that begin a table have as many cells as the longer one."""
    return rewrite_prose(text, _TABLE, _evened) if "|\n" in text or "| " in text else (text, LineMap())


def _evened(match: re.Match[str]) -> tuple[str, int] | None:
    head, dashes = match["head"], match["dashes"]
    missing = dashes.count("|") - _ESCAPED.sub("", head).count("|")
    if missing == 0:
        return None
    return f"{match['indent']}{head}{' |' * missing}\n{dashes}{' --- |' * -missing}\n", match.end()
