"""The blocks that the body of a page is made of.

Thirteen are here; `home.blocks` adds two that know about courses and contact. A new block needs a
reason, see CONTRIBUTING. Each has a template in core/blocks/ and a preview for the editor.
"""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from core import richtext
from core.tables import TableBlock
from core.video_blocks import VideoBlock


class AnchorMixin:
    """Gives a StructBlock a lasting anchor: links to it survive a reworded heading."""

    anchor_source = "heading"

    def clean(self, value):
        value = super().clean(value)
        value["anchor"] = slugify(value.get("anchor") or value[self.anchor_source])[:60]
        return value


def anchor_block():
    return blocks.CharBlock(
        label=_("anchor"),
        required=False,
        max_length=60,
        help_text=_("Made from the heading the first time; keep it, links elsewhere point to it."),
    )


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("text")
        template = "core/blocks/text.html"
        description = _("Paragraphs with headings, lists and links")
        preview_value = "<h2>Rustig beginnen</h2><p>Wie rustig loopt, houdt het vol.</p>"


class SectionBlock(AnchorMixin, blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    anchor = anchor_block()
    body = blocks.RichTextBlock(label=_("text"), features=[*richtext.SHORT, "h3"])
    below = blocks.ChoiceBlock(
        label=_("below the text"),
        required=False,
        choices=[("retention", _("How long which data are kept, from the site’s own table"))],
        help_text=_("For the privacy statement: it is always what the site really does."),
    )

    class Meta:
        icon = "title"
        label = _("section")
        template = "core/blocks/section.html"
        description = _("A headed section that the contents list of the page links to")
        preview_value = {
            "heading": "Rustige duurloop",
            "anchor": "rustige-duurloop",
            "body": "<p>Een tempo waarin praten nog lukt.</p>",
        }


def _first(model):
    """The first object of the site for a preview, or None; looked up when the preview is shown."""
    return apps.get_model(model).objects.order_by("pk").first()


def _example_pages():
    return apps.get_model("wagtailcore.Page").objects.live().filter(depth=3)[:2]


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("image")
        template = "core/blocks/image.html"
        description = _("A photograph or drawing with an optional caption")

        @staticmethod
        def preview_value():
            return {"image": _first("core.SiteImage"), "caption": "Samen op pad"}


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("quotation"))
    attribution = blocks.CharBlock(label=_("who said it"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("quotation")
        template = "core/blocks/quote.html"
        description = _("Somebody's words")
        preview_value = {"quote": "Samen lopen we verder.", "attribution": "Een cursist"}


class CalloutBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=richtext.SHORT)

    class Meta:
        icon = "info-circle"
        label = _("call-out")
        template = "core/blocks/callout.html"
        description = _("One remark that must not be missed")
        preview_value = {"heading": "Goed om te weten", "text": "<p>Lunch is inbegrepen.</p>"}


class StepBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=richtext.LINE)


class StepsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    items = blocks.ListBlock(StepBlock(), label=_("steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("steps")
        template = "core/blocks/steps.html"
        description = _("Numbered steps in order")
        preview_value = {
            "heading": "Zo werkt het",
            "items": [
                {"heading": "Kies een datum", "text": "<p>Bekijk de agenda.</p>"},
                {"heading": "Schrijf u in", "text": "<p>Vul het formulier in.</p>"},
            ],
        }


class CardBlock(blocks.StructBlock):
    page = blocks.PageChooserBlock(label=_("page"))
    heading = blocks.CharBlock(
        label=_("heading"), required=False, max_length=80, help_text=_("Empty: the page's title.")
    )
    text = blocks.TextBlock(label=_("text"), required=False)


class CardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=120)
    items = blocks.ListBlock(CardBlock(), label=_("cards"))

    class Meta:
        icon = "grip"
        label = _("cards")
        template = "core/blocks/cards.html"
        description = _("Links to other pages, each with a line of text")

        @staticmethod
        def preview_value():
            cards = [{"page": page, "text": "Een regel tekst."} for page in _example_pages()]
            return {"heading": "Lees verder", "items": cards}


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock(label=_("line that is always visible"), max_length=160)
    text = blocks.RichTextBlock(label=_("text"), features=richtext.SHORT)

    class Meta:
        icon = "collapse-down"
        label = _("fold-out text")
        template = "core/blocks/details.html"
        description = _("Text that a reader opens")
        preview_value = {"summary": "Wat neem ik mee?", "text": "<p>Loopschoenen.</p>"}


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("document"))
    label = blocks.CharBlock(
        label=_("text of the link"),
        required=False,
        max_length=120,
        help_text=_("Empty: the document's title."),
    )

    class Meta:
        icon = "download"
        label = _("download")
        template = "core/blocks/download.html"
        description = _("A document that the reader can download")

        @staticmethod
        def preview_value():
            return {"document": _first("wagtaildocs.Document"), "label": "Brochure"}


class ButtonBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("text on the button"), max_length=60)
    page = blocks.PageChooserBlock(
        label=_("page"),
        required=False,
        help_text=_("Such as the sign-up form, the course dates or the contact page."),
    )
    document = DocumentChooserBlock(label=_("or a document"), required=False)

    class Meta:
        icon = "arrow-right"
        label = _("button")
        template = "core/blocks/button.html"
        description = _("The one thing to do here: sign up, get in touch, download")

        @staticmethod
        def preview_value():
            page = next(iter(_example_pages()), None)
            return {"label": "Schrijf u in", "page": page, "document": None}

    def clean(self, value):
        value = super().clean(value)
        if bool(value["page"]) == bool(value["document"]):
            raise blocks.StructBlockValidationError(
                {"page": ValidationError(_("Choose a page or a document."))}
            )
        return value


class ColumnBlock(blocks.StreamBlock):
    text = TextBlock(features=richtext.FULL)
    image = PictureBlock()


class SidesValue(blocks.StructValue):
    @property
    def sides(self):
        return self["left"], self["right"]


class TwoColumnsBlock(blocks.StructBlock):
    left = ColumnBlock(label=_("left"))
    right = ColumnBlock(label=_("right"), help_text=_("On a phone this comes below."))

    class Meta:
        icon = "grid"
        label = _("two columns")
        template = "core/blocks/two_columns.html"
        description = _("Texts or images beside each other")
        value_class = SidesValue
        preview_value = {
            "left": [("text", "<h2>In de ochtend</h2><p>Theorie en gesprek.</p>")],
            "right": [("text", "<h2>In de middag</h2><p>Samen lopen.</p>")],
        }


class BodyBlock(blocks.StreamBlock):
    text = TextBlock(features=richtext.FULL)
    section = SectionBlock()
    image = PictureBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    cards = CardsBlock()
    details = DetailsBlock()
    video = VideoBlock()
    download = DownloadBlock()
    button = ButtonBlock()
    table = TableBlock()
    two_columns = TwoColumnsBlock()

    class Meta:
        block_counts = {}
