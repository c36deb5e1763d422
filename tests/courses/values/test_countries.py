import pytest
from django.utils import translation

from courses.values.countries import COUNTRIES, abroad, written

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("nl-1234ab", "NL", "1234 AB"),
        ("BE 1000", "BE", "1000"),
        ("DE-10115", "DE", "10115"),
        ("dk-1000", "DK", "dk-1000"),
    ],
)
def test_a_postcode_is_written_as_in_its_country(typed, country, expected):
    assert written(typed, country) == expected


@pytest.mark.parametrize(
    ("typed", "country"), [("9000", "NL"), ("0999", "BE"), ("1234", "DE"), ("12345 AB", "NL")]
)
def test_a_postcode_of_elsewhere_is_none(typed, country):
    with pytest.raises(ValueError, match=typed):
        written(typed, country)


def test_only_a_country_abroad_stands_in_an_address():
    with translation.override("nl"):
        found = {country: abroad(country) for country in ("", "NL", "BE", "DE", "XX")}

    assert found == {"": "", "NL": "", "BE": "België", "DE": "Duitsland", "XX": "XX"}


def test_every_country_has_a_code_of_two_letters():
    assert [code for code in COUNTRIES if len(code) != 2 or not code.isupper()] == []
