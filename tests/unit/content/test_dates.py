from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.front_matter.dates import DateError, is_date, read_date

LONDON = ZoneInfo("Europe/London")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010-03-05", "2010-03-05T00:00:00+08:00"),
        ("2010-3-5", "2010-03-05T00:00:00+08:00"),
        ("2010/03/05", "2010-03-05T00:00:00+08:00"),
        ("20100305", "2010-03-05T00:00:00+08:00"),
        ("2010-03-05 14:00", "2010-03-05T14:00:00+08:00"),
        ("2010-03-05T14:00:59.999999", "2010-03-05T14:00:59+08:00"),
        ("2010-03-05T14:00:00Z", "2010-03-05T22:00:00+08:00"),
        ("2010-03-05t14:00:00z", "2010-03-05T22:00:00+08:00"),
        ("2010-03-05 14:00 +0800", "2010-03-05T14:00:00+08:00"),
        ("2010-03-05 14:00:00 -05:30", "2010-03-06T03:30:00+08:00"),
        ("2010-03-05 14:00 UTC", "2010-03-05T22:00:00+08:00"),
        ("2010-03-05T14:00+08", "2010-03-05T14:00:00+08:00"),
        ("Fri, 05 Mar 2010 14:00:00 +0800", "2010-03-05T14:00:00+08:00"),
        ("Fri, 05 Mar 2010 14:00:00 GMT", "2010-03-05T22:00:00+08:00"),
        ("5 March 2010", "2010-03-05T00:00:00+08:00"),
        ("March 5, 2010 2:30 PM", "2010-03-05T14:30:00+08:00"),
        ("Sept 5, 2010 12:30 am", "2010-09-05T00:30:00+08:00"),
        ("13/04/2010", "2010-04-13T00:00:00+08:00"),
        ("04/13/2010 10:00", "2010-04-13T10:00:00+08:00"),
        ("05.05.2010", "2010-05-05T00:00:00+08:00"),
        ("  2010-03-05  ", "2010-03-05T00:00:00+08:00"),
        ("2010-03-05 14:00:00 +0000 UTC", "2010-03-05T22:00:00+08:00"),
        ("2010-03-05 14:00:00.123456789 +0100 CET m=+0.012345", "2010-03-05T21:00:00+08:00"),
        ("2010-03-05 14:00:00 +0800 +0800", "2010-03-05T14:00:00+08:00"),
        ("2010-03-05T14:00:00+08:00[Asia/Shanghai]", "2010-03-05T14:00:00+08:00"),
        ("2010-03-05T14:00+0200", "2010-03-05T20:00:00+08:00"),
        ("2010-03-05 14:00 UTC+02:00", "2010-03-05T20:00:00+08:00"),
        ("2010-03-05 14:00 GMT-3", "2010-03-06T01:00:00+08:00"),
        ("2010-03-05 14:00 CET", "2010-03-05T21:00:00+08:00"),
        ("Fri, 05 Mar 2010 14:00:00 EST", "2010-03-06T03:00:00+08:00"),
        ("Fri Mar  5 14:00:00 UTC 2010", "2010-03-05T22:00:00+08:00"),
        ("Fri Mar  5 14:00:00 2010", "2010-03-05T14:00:00+08:00"),
        ("Fri  5 Mar 14:00:00 CET 2010", "2010-03-05T21:00:00+08:00"),
        ("Fri Mar  5 02:00:00 PM UTC 2010", "2010-03-05T22:00:00+08:00"),
        ("Friday, March 5th, 2010", "2010-03-05T00:00:00+08:00"),
        ("Mar 5, 2010", "2010-03-05T00:00:00+08:00"),
        ("2nd January 2024", "2024-01-02T00:00:00+08:00"),
        ("1st of March 2010 at 14:00", "2010-03-01T14:00:00+08:00"),
        ("5. March 2010", "2010-03-05T00:00:00+08:00"),
        ("05-Mar-2010", "2010-03-05T00:00:00+08:00"),
        ("2024年1月2日", "2024-01-02T00:00:00+08:00"),
        ("2024年01月02日 14:00", "2024-01-02T14:00:00+08:00"),
        ("2024년 1월 2일", "2024-01-02T00:00:00+08:00"),
        ("２０１０－０３－０５", "2010-03-05T00:00:00+08:00"),
        ("2010-03-05 14:00", "2010-03-05T14:00:00+08:00"),
    ],
)
def test_a_date_is_understood(text: str, expected: str) -> None:
    assert read_date(text, SHANGHAI).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2024-02-30", "February 2024 has 29 days"),
        ("2023-02-29", "February 2023 has 28 days"),
        ("2010-13-01", "no month 13"),
        ("2010-00-01", "no month 0"),
        ("2010-04-00", "April 2010 has 30 days"),
        ("30 February 2010", "February 2010 has 28 days"),
        ("5 Marchy 2010", "marchy"),
        ("2010-03-05 24:00", "24:00"),
        ("2010-03-05 12:60", "12:60"),
        ("2010-03-05 13:00 PM", "13:00 PM"),
        ("2010-03-05 12:00 +25:00", "+25:00"),
        ("0010-03-05", "1970 to 9998"),
        ("9999-03-05", "1970 to 9998"),
        ("yesterday", "cannot be read"),
        ("1267797600", "cannot be read"),
        ("13/14/2010", "names no month"),
        ("", "cannot be read"),
        ("\u0662\u0660\u0661\u0660-\u0660\u0663-\u0660\u0665", "cannot be read"),
    ],
)
def test_an_impossible_date_says_why(text: str, word: str) -> None:
    with pytest.raises(DateError) as caught:
        read_date(text, LONDON)

    assert word in caught.value.message
    assert caught.value.fix


def test_a_date_that_can_be_read_in_two_ways_names_both() -> None:
    with pytest.raises(DateError) as caught:
        read_date("03/04/2010", LONDON)

    assert "4 March 2010 or 3 April 2010" in caught.value.message
    assert "2010-03-04 or 2010-04-03" in caught.value.fix


def test_a_time_the_clocks_skip_moves_on() -> None:
    assert read_date("2010-03-28 01:30", LONDON).isoformat() == "2010-03-28T02:30:00+01:00"


def test_of_a_time_the_clocks_repeat_the_first_is_meant() -> None:
    assert read_date("2010-10-31 01:30", LONDON).isoformat() == "2010-10-31T01:30:00+01:00"


def test_a_day_without_midnight_is_still_that_day() -> None:
    moment = read_date("2018-11-04", ZoneInfo("America/Sao_Paulo"))

    assert moment.date() == date(2018, 11, 4)


@pytest.mark.slow
@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1970 <= moment.year <= 9998))
def test_an_iso_moment_comes_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)

    assert read_date(moment.isoformat(), UTC) == whole
    assert is_date(moment.isoformat())


@given(st.text())
def test_no_text_does_worse_than_an_error(text: str) -> None:
    try:
        moment = read_date(text, LONDON)
    except DateError:
        return
    assert moment.tzinfo is LONDON
