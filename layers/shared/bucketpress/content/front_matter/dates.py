"""Dates as authors write them."""

import calendar
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from bucketpress.errors import BucketpressError

FIRST_YEAR, LAST_YEAR = 1970, 9998
_NOON, _LAST_HOUR, _LAST_MINUTE, _MAX_OFFSET_HOURS = 12, 23, 59, 15
# Not `calendar.month_name`: that follows the locale of the process.
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# Those of RFC 822 and a few that mean one thing only; any other has to be written as an offset.
_NAMED_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 1,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "jst": 9,
    "kst": 9,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
}
# What stands behind an offset says the same again: Go's name of the zone, or its offset once more, and a clock reading.
_ZONE = (
    r"(?P<zone>(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|"
    + "|".join(sorted(_NAMED_ZONES, key=len, reverse=True))
    + r")(?:[ ](?:[A-Z]{1,5}|[+-]\d{2,4})|[ ]?[\[(][\w/+ -]{1,40}[\])])?(?:[ ]m=[+-][\d.]{1,20})?"
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:[ ]?(?P<half>[AP]M))?"
_TIME = rf"(?:(?:[ ]*T|,?[ ]+(?:at[ ]+)?){_CLOCK}(?:[ ]?{_ZONE})?)?"
_NAMED_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,?[ ]+)?"
_FORMS = (
    *(
        re.compile(form + _TIME, re.ASCII | re.IGNORECASE)
        for form in (
            r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
            "(?P<year>\\d{4})[年년][ ]?(?P<month>\\d{1,2})[月월][ ]?(?P<day>\\d{1,2})[日일]",
            rf"{_WEEKDAY}{_NAMED_DAY}(?:[ ]+of)?[ -]+(?P<name>[a-z]{{3,9}})[.]?,?[ -]+(?P<year>\d{{4}})",
            rf"{_WEEKDAY}(?P<name>[a-z]{{3,9}})[.]?[ ]+{_NAMED_DAY},?[ ]+(?P<year>\d{{4}})",
        )
    ),
    # As the `date` command and C's asctime print it, the year last.
    re.compile(
        rf"{_WEEKDAY}(?:(?P<name>[a-z]{{3,9}})[ ]+(?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})[ ]+(?P<name2>[a-z]{{3,9}}))"
        rf"[ ]+{_CLOCK}(?:[ ]{_ZONE})?[ ]+(?P<year>\d{{4}})",
        re.ASCII | re.IGNORECASE,
    ),
)
_DAY_OR_MONTH_FIRST = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?P<rest>\D.*)?", re.ASCII
)
_SHOWN = 40
_EXAMPLE = "Write it as 2010-03-05 or 2010-03-05 14:00."


class DateError(BucketpressError):
    """A text is not a date one can publish by; `fix` says what to write instead."""

    def __init__(self, message: str, fix: str = _EXAMPLE) -> None:
        """Store the message for the author."""
        super().__init__(message)
        self.message = message
        self.fix = fix


def read_date(text: str, zone: tzinfo) -> datetime:
    """Return the moment a text names, in the zone, at whole seconds.

    An offset in the text wins; otherwise the time is the zone's. A date without a time is that day's midnight. A time
    the zone skips is moved on by as much as the clocks were; of a time it has twice the first is meant. Raises
    DateError.
    """
    text = _plain(text)
    form = _DAY_OR_MONTH_FIRST.fullmatch(text)
    if form:
        text = _year_first(form)
    match = next((found for pattern in _FORMS if (found := pattern.fullmatch(text))), None)
    if match is None:
        raise DateError(f'"{_short(text)}" cannot be read as a date.')
    parts = match.groupdict()
    parts |= {"day": parts["day"] or parts.get("day2"), "name": parts.get("name") or parts.get("name2")}
    day = _day(int(parts["year"] or 0), _month(parts), int(parts["day"] or 0))
    hour, minute, second = _time(parts)
    offset = _offset(parts["zone"])
    moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=offset or zone)
    return moment.astimezone(UTC).astimezone(zone)


def is_date(text: str) -> bool:
    """Return whether a text has the form of a date, even an impossible one."""
    text = _plain(text)
    return any(pattern.fullmatch(text) for pattern in (*_FORMS, _DAY_OR_MONTH_FIRST))


def _plain(text: str) -> str:
    """Return a date in ordinary digits and spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _month(parts: dict[str, str | None]) -> int:
    number = parts.get("month")
    if number is not None:
        return int(number)
    name = (parts.get("name") or "").lower()
    for position, month in enumerate(ENGLISH_MONTHS, 1):
        if month.lower().startswith(name.removesuffix("t") if name == "sept" else name):
            return position
    raise DateError(f'"{name}" is not the name of a month in English.')


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}.", "Write the year with four digits.")
    if not 1 <= month <= len(ENGLISH_MONTHS):
        raise DateError(f"There is no month {month}.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(
            f"{year}-{month:02d}-{day:02d} does not exist: {ENGLISH_MONTHS[month - 1]} {year} has {days} days."
        )
    return date(year, month, day)


def _time(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    shown = f"{parts['hour']}:{parts['minute']}" + (f":{parts['second']}" if parts["second"] else "")
    if parts["half"]:
        if not 1 <= hour <= _NOON:
            raise DateError(f"There is no {shown} {parts['half'].upper()}.")
        hour = hour % _NOON + (_NOON if parts["half"].lower() == "pm" else 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LAST_MINUTE:
        raise DateError(f"There is no time {shown}; a day ends at 23:59:59.")
    return hour, minute, second


def _offset(written: str | None) -> timezone | None:
    if written is None:
        return None
    named = _NAMED_ZONES.get(written.lower())
    if named is not None:
        return timezone(timedelta(hours=named)) if named else UTC
    sign, digits = ("-" if "-" in written else "+"), re.sub("[^0-9:]", "", written)
    first, colon, last = digits.partition(":")
    hours, minutes = (int(first), int(last)) if colon else (int(first[:2]), int(first[2:] or 0))
    if hours > _MAX_OFFSET_HOURS or minutes > _LAST_MINUTE:
        raise DateError(f"There is no offset {written} from UTC.", "Write it like +08:00.")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1))


def _year_first(form: re.Match[str]) -> str:
    """Return the date with the year first where only one reading is possible."""
    first, second, year = int(form["first"]), int(form["second"]), form["year"]
    readings = sorted(
        {(month, day) for month, day in ((first, second), (second, first)) if 1 <= month <= len(ENGLISH_MONTHS)}
    )
    if not readings:
        raise DateError(f'"{_short(form[0])}" names no month.')
    if len(readings) > 1:
        named = " or ".join(f"{day} {ENGLISH_MONTHS[month - 1]} {year}" for month, day in readings)
        written = " or ".join(f"{year}-{month:02d}-{day:02d}" for month, day in readings)
        raise DateError(f'"{_short(form[0])}" can be read in two ways, as {named}.', f"Write {written}.")
    month, day = readings[0]
    return f"{year}-{month:02d}-{day:02d}{form['rest'] or ''}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
