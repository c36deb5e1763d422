"""What people paste from a word processor, cleaned when it is saved."""

import re

from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea

from core.words import visible

COMMENT_MARK = re.compile(r"\s?\[[A-Z]{1,4}\d{1,3}\]")  # “[JJ1]”, what is left of a comment
LIGATURES = {
    ord("\ufb00"): "ff",
    ord("\ufb01"): "fi",
    ord("\ufb02"): "fl",
    ord("\ufb03"): "ffi",
    ord("\ufb04"): "ffl",
    ord("\ufb05"): "st",
    ord("\ufb06"): "st",
}


def cleaned(text):
    """The text without what a word processor left in it and nobody means to publish."""
    return COMMENT_MARK.sub("", visible(text).translate(LIGATURES))


class RichTextArea(DraftailRichTextArea):
    """Wagtail's editor; what it gives is cleaned."""

    def value_from_datadict(self, data, files, name):
        html = super().value_from_datadict(data, files, name)
        return html if html is None else cleaned(html)
