import pytest
from django.utils import translation

from courses.values.places import at_place

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    ("language", "place", "words"),
    [
        ("nl", "Dalfsen", "in Dalfsen"),
        ("nl", "Vlieland", "op Vlieland"),
        ("nl", "texel", "op texel"),
        ("en", "Dalfsen", "in Dalfsen"),
        ("en", "Vlieland", "on Vlieland"),
    ],
)
def test_one_is_in_a_town_and_on_an_island(language, place, words):
    with translation.override(language):
        assert at_place(place) == words
