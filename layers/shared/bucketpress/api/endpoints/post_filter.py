"""Which posts a query of /v1/posts asks for; what cannot be combined is refused, never guessed at."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from bucketpress.api.call import Call
from bucketpress.api.http import FEED
from bucketpress.api.problems import conflicting
from bucketpress.services.queries.listings import Span
from bucketpress.site.layout import ALL

_ONE = ("path", "id")
_PRESENTATION = {"fields", "include"}
DECEMBER, LAST_DAY = 12, 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A listing, a stretch of it, and an order."""

    listing: str
    span: Span
    newest_first: bool


def selection_of(call: Call) -> Selection:
    """Read what a call selects. Raises ProblemError for parameters that cannot be combined."""
    tag, author = call.value("tag", str), call.value("author", str)
    if tag is not None and author is not None:
        raise conflicting("Ask for a tag or for an author: a listing is of one of them.")
    listing = f"tag:{tag}" if tag is not None else f"author:{author}" if author is not None else ALL
    return Selection(listing=listing, span=_span(call), newest_first=call.value("order", str) != "oldest")


def single_of(call: Call) -> tuple[str, str] | None:
    """Return which one post a call asks for, by `path` or by `id`; None when it asks for a listing."""
    asked = [name for name in _ONE if name in call.values]
    if not asked:
        return None
    others = sorted(call.values.keys() - _PRESENTATION - {asked[0]})
    if others:
        raise conflicting(f"{asked[0]} names one post and cannot be combined with {' or '.join(others)}.")
    return asked[0], call.value(asked[0], str) or ""


def check_presentation(call: Call, content_type: str) -> None:
    """Refuse to choose members of a feed: JSON Feed says which it has. Raises ProblemError."""
    chosen = sorted(_PRESENTATION & call.values.keys())
    if content_type == FEED and chosen:
        raise conflicting(f"{' and '.join(chosen)} cannot be combined with {FEED}, whose members are fixed.")


def _span(call: Call) -> Span:
    year, month = call.value("year", int), call.value("month", int)
    begin, end = call.value("from", date), call.value("to", date)
    if month is not None and year is None:
        raise conflicting("A month needs a year.")
    if year is not None and (begin or end):
        raise conflicting("Give a year and month, or from and to.")
    if year is not None:
        last = monthrange(year, month or DECEMBER)[1]
        return Span(first_day=date(year, month or 1, 1), last_day=date(year, month or DECEMBER, last))
    span = Span(
        first_day=None if isinstance(begin, datetime) else begin,
        start=begin if isinstance(begin, datetime) else None,
        last_day=None if isinstance(end, datetime) else end,
        end=end if isinstance(end, datetime) else None,
    )
    backwards = (span.start and span.end and span.start > span.end) or (
        span.first_day and span.last_day and span.first_day > span.last_day
    )
    if backwards:
        raise conflicting("from comes after to.")
    return span
