"""Dates as authors write them."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from bucketpress.errors import BucketpressError

FIRST_YEAR, LAST_YEAR = 1970, 9998
_NOON, _LAST_HOUR, _LAST_MINUTE, _MAX_OFFSET_HOURS = 12, 23, 59, 15
# Not `calendar.month_name`: that follows the locale of the process.
_MONTHS = (
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
_TIME = (
    r"(?:(?:[ ]*T|,?[ ]+(?:at[ ]+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:[ ]?(?P<half>[AP]M))?(?:[ ]?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?:[a-z]{3,9},?[ ]+)?(?P<day>\d{1,2})[ ]+(?P<name>[a-z]{3,9})[.]?,?[ ]+(?P<year>\d{4})",
        r"(?:[a-z]{3,9},?[ ]+)?(?P<name>[a-z]{3,9})[.]?[ ]+(?P<day>\d{1,2}),?[ ]+(?P<year>\d{4})",
    )
)
_DAY_OR_MONTH_FIRST = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?P<rest>\D.*)?", re.ASCII
)
_SHOWN = 40
_EXAMPLE = "Write it as 2010-03-05 or 2010-03-05 14:00."


class DateError(BucketpressError):
    """A text is not a date one can publish by; `fix` says what to write instead."""

    def __init__(self, message: str, fix: str = _EXAMPLE) -> None:
        """Keep what to tell the author."""
        super().__init__(message)
        self.message = message
        self.fix = fix


def read_date(text: str, zone: tzinfo) -> datetime:
    """Return the moment a text names, in the zone, at whole seconds.

    An offset in the text wins; otherwise the time is the zone's. A date without a time is that day's midnight. A time
    the zone skips is moved on by as much as the clocks were; of a time it has twice the first is meant. Raises
    DateError.
    """
    text = text.strip()
    form = _DAY_OR_MONTH_FIRST.fullmatch(text)
    if form:
        text = _year_first(form)
    match = next((found for pattern in _FORMS if (found := pattern.fullmatch(text))), None)
    if match is None:
        raise DateError(f'"{_short(text)}" cannot be read as a date.')
    parts = match.groupdict()
    day = _day(int(parts["year"]), _month(parts), int(parts["day"]))
    hour, minute, second = _time(parts)
    offset = _offset(parts["zone"])
    moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=offset or zone)
    return moment.astimezone(UTC).astimezone(zone)


def is_date(text: str) -> bool:
    """Tell whether a text looks like a date, even an impossible one."""
    text = text.strip()
    return any(pattern.fullmatch(text) for pattern in (*_FORMS, _DAY_OR_MONTH_FIRST))


def _month(parts: dict[str, str | None]) -> int:
    number = parts.get("month")
    if number is not None:
        return int(number)
    name = (parts.get("name") or "").lower()
    for position, month in enumerate(_MONTHS, 1):
        if month.lower().startswith(name.removesuffix("t") if name == "sept" else name):
            return position
    raise DateError(f'"{name}" is not the name of a month in English.')


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}.", "Write the year with four digits.")
    if not 1 <= month <= len(_MONTHS):
        raise DateError(f"There is no month {month}.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(f"{year}-{month:02d}-{day:02d} does not exist: {_MONTHS[month - 1]} {year} has {days} days.")
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
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > _MAX_OFFSET_HOURS or minutes > _LAST_MINUTE:
        raise DateError(f"There is no offset {written} from UTC.", "Write it like +08:00.")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if written[0] == "-" else 1))


def _year_first(form: re.Match[str]) -> str:
    """Put the year first where only one reading is possible."""
    first, second, year = int(form["first"]), int(form["second"]), form["year"]
    readings = sorted({(month, day) for month, day in ((first, second), (second, first)) if 1 <= month <= len(_MONTHS)})
    if not readings:
        raise DateError(f'"{_short(form[0])}" names no month.')
    if len(readings) > 1:
        named = " or ".join(f"{day} {_MONTHS[month - 1]} {year}" for month, day in readings)
        written = " or ".join(f"{year}-{month:02d}-{day:02d}" for month, day in readings)
        raise DateError(f'"{_short(form[0])}" can be read in two ways, as {named}.', f"Write {written}.")
    month, day = readings[0]
    return f"{year}-{month:02d}-{day:02d}{form['rest'] or ''}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
