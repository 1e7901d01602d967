"""Which posts a query of /v1/posts asks for; parameters that cannot be combined are refused."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from bucketpress.api.call import Call
from bucketpress.api.http import FEED
from bucketpress.api.problems import conflicting
from bucketpress.services.queries.listings import Span
from bucketpress.site.layout import ALL, AUTHOR, TAG

_ONE = ("path", "id")
_PRESENTATION = {"fields", "include"}
DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A listing, a span of time, and an order."""

    listing: str
    span: Span
    newest_first: bool


def selection_of(call: Call) -> Selection:
    """Return what a call selects. Raises ProblemError for parameters that cannot be combined."""
    tag, author = call.value("tag", str), call.value("author", str)
    if tag is not None and author is not None:
        raise conflicting("Ask for a tag or for an author: a listing is of one of them.")
    listing = f"{TAG}{tag}" if tag is not None else f"{AUTHOR}{author}" if author is not None else ALL
    return Selection(listing=listing, span=_span(call), newest_first=call.value("order", str) != "oldest")


def single_of(call: Call) -> tuple[str, str] | None:
    """Return the parameter, `path` or `id`, by which a call asks for one post, and its value; None for a listing."""
    asked = [name for name in _ONE if name in call.values]
    if not asked:
        return None
    others = sorted(call.values.keys() - _PRESENTATION - {asked[0]})
    if others:
        raise conflicting(f"{asked[0]} names one post and cannot be combined with {' or '.join(others)}.")
    return asked[0], call.value(asked[0], str) or ""


def refuse_presentation(call: Call) -> None:
    """Raise ProblemError where a call chooses members of a feed: JSON Feed fixes them."""
    chosen = sorted(_PRESENTATION & call.values.keys())
    if chosen:
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
