from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from courses.templatetags.courses_tags import whole_dates
from courses.values.days import days_between, days_in_words, moment_in_words

pytestmark = pytest.mark.anywhere


def days(*texts):
    """Spans from “2027-03-21” for one day and “2027-03-21/22” for days of one month."""
    spans = []
    for text in texts:
        first, _slash, last = text.partition("/")
        start = date.fromisoformat(first)
        end = last if "-" in last else f"{first[:8]}{last}" if last else first
        spans.append((start, date.fromisoformat(end)))
    return spans


@pytest.mark.parametrize(
    ("spans", "nl", "en"),
    [
        (["2027-06-05"], "5 juni 2027", "5 June 2027"),
        (["2027-03-21/22"], "21 en 22 maart 2027", "21 and 22 March 2027"),
        (["2027-03-21/23"], "21, 22 en 23 maart 2027", "21, 22 and 23 March 2027"),
        (
            ["2027-03-21/22", "2027-06-05"],
            "21 en 22 maart en 5 juni 2027",
            "21 and 22 March and 5 June 2027",
        ),
        (
            ["2027-03-21", "2027-03-28"],
            "21 en 28 maart 2027",
            "21 and 28 March 2027",
        ),
        (
            ["2027-04-30/2027-05-01"],
            "30 april en 1 mei 2027",
            "30 April and 1 May 2027",
        ),
        (
            ["2027-03-31/2027-04-01", "2027-06-05"],
            "31 maart, 1 april en 5 juni 2027",
            "31 March, 1 April and 5 June 2027",
        ),
        (
            ["2026-12-31/2027-01-01"],
            "31 december 2026 en 1 januari 2027",
            "31 December 2026 and 1 January 2027",
        ),
        (
            ["2026-11-05/06", "2027-02-12"],
            "5 en 6 november 2026 en 12 februari 2027",
            "5 and 6 November 2026 and 12 February 2027",
        ),
        (["2028-02-29"], "29 februari 2028", "29 February 2028"),
        (["2027-08-01/05"], "1 t/m 5 augustus 2027", "1 to 5 August 2027"),
        (
            ["2027-08-01/05", "2027-08-20"],
            "1, 2, 3, 4, 5 en 20 augustus 2027",
            "1, 2, 3, 4, 5 and 20 August 2027",
        ),
        (["2027-06-05", "2027-03-21/22"], "21 en 22 maart en 5 juni 2027", None),
        (["2027-06-05", "2027-06-05"], "5 juni 2027", None),
        ([], "", ""),
    ],
)
def test_days_in_words(spans, nl, en):
    assert days_in_words(days(*spans), "nl") == nl
    if en is not None:
        assert days_in_words(days(*spans), "en") == en


def test_the_active_language_is_the_default():
    assert days_in_words(days("2027-06-05")) == "5 juni 2027"


def test_days_between_includes_both_ends_and_a_leap_day():
    assert days_between(date(2028, 2, 28), date(2028, 3, 1)) == [
        date(2028, 2, 28),
        date(2028, 2, 29),
        date(2028, 3, 1),
    ]
    assert days_between(date(2027, 1, 1), date(2027, 1, 1)) == [date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "7 maart 2027 om 09:41 uur"), ("en", "7 March 2027 at 9:41")],
)
def test_a_moment_is_written_in_the_style_of_its_language(language, words):
    with translation.override(language):
        assert moment_in_words(timezone.make_aware(datetime(2027, 3, 7, 9, 41))) == words


MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"]
MONTHS += ["september", "oktober", "november", "december"]


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.integers(0, 3)), min_size=1
    )
)
def test_the_phrase_names_exactly_these_days(starts):
    spans = [(first, first + timedelta(days=more)) for first, more in starts]
    assert read(days_in_words(spans, "nl")) == {
        day for first, last in spans for day in days_between(first, last)
    }


def read(words):
    """Parse the phrase from its end: a year and a month apply to the numbers before them."""
    found, year, month, last = set(), None, None, None
    tokens = words.replace("t/m", "tot").replace(",", " ").split()
    for token in reversed(tokens):
        if token in MONTHS:
            month = MONTHS.index(token) + 1
        elif token == "tot":
            last = min(found)
        elif token.isdigit() and len(token) == 4:
            year = int(token)
        elif token.isdigit():
            day = date(year, month, int(token))
            found.update(days_between(day, last) if last else [day])
            last = None
    return found


@pytest.mark.parametrize(
    ("language", "days", "bound"),
    [
        ("nl", "22 en 23 juli en 3 november 2027", "22 en 23_juli en 3_november 2027"),
        ("nl", "30 september, 1 oktober 2027", "30_september, 1_oktober 2027"),
        ("en", "13 and 14 May and 25 August 2027", "13 and 14_May and 25_August 2027"),
    ],
)
def test_no_line_breaks_between_a_day_and_its_month(language, days, bound):
    with translation.override(language):
        assert whole_dates(days) == bound.replace("_", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "het einde van 12 december 2026"), ("en", "the end of 12 December 2026")],
)
def test_midnight_belongs_to_the_day_that_ends(language, words):
    midnight = timezone.make_aware(datetime(2026, 12, 13))
    with translation.override(language):
        assert moment_in_words(midnight) == words
