"""What people paste from a word processor is cleaned (case M21)."""

import json

import pytest

from core.pasting import RichTextArea, cleaned

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("Lopen helpt.[JJ1] Echt.", "Lopen helpt. Echt."),
        ("Lopen helpt [AB12].", "Lopen helpt."),
        ("e\ufb03ci\u00ebnt, \ufb01jn en \ufb02ink", "effici\u00ebnt, fijn en flink"),
        ("running\u00adtherapie\u200b", "runningtherapie"),
        ("Zie [1] en [bijlage 2].", "Zie [1] en [bijlage 2]."),
    ],
)
def test_comment_marks_ligatures_and_soft_hyphens_go(pasted, text):
    assert cleaned(pasted) == text


def test_the_editor_of_the_cms_cleans_what_it_saves():
    block = {"key": "a", "text": "\ufb01jn[JJ1]", "type": "unstyled", "depth": 0}
    block |= {"inlineStyleRanges": [], "entityRanges": []}
    area = RichTextArea(features=["bold"])
    typed = {"body": json.dumps({"blocks": [block], "entityMap": {}})}

    html = area.value_from_datadict(typed, {}, "body")

    assert ">fijn</p>" in html
