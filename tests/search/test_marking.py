"""Excerpts: the densest piece, with what was found marked, and always safe."""

import pytest
from bs4 import BeautifulSoup

from search.marking import excerpt, marked

pytestmark = pytest.mark.anywhere

TEXT = """Tom & "Jerry" <3 it's"""


def only(*words):
    return lambda word: word in words


def test_an_excerpt_surrounds_the_marked_word():
    text = "Begin. " * 60 + "Hier staat Hardlopen in de zin. " + "Einde. " * 60
    cut = excerpt(text, only("hardlopen"))

    assert "<mark>Hardlopen</mark>" in cut
    assert cut.startswith("… ")
    assert len(cut) < 300


def test_an_excerpt_is_where_most_of_the_words_are():
    text = "Een fiets. " + "Niets. " * 60 + "Een auto en een fiets."

    assert "auto" in excerpt(text, only("auto", "fiets"))


def test_accents_do_not_hide_a_word():
    assert marked("Casuïstiek", only("casuistiek")) == "<mark>Casuïstiek</mark>"


def test_markup_in_a_text_is_escaped():
    assert marked("a <b>fout</b> & zo", only("fout")) == (
        "a &lt;b&gt;<mark>fout</mark>&lt;/b&gt; &amp; zo"
    )


@pytest.mark.parametrize("word", ["amp", "lt", "quot", "x27", "39", "tom"])
def test_marking_never_breaks_an_entity(word):
    shown = BeautifulSoup(marked(TEXT, only(word)), "html.parser")

    assert shown.get_text() == TEXT
