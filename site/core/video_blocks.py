"""A video on a page, which loads only when the visitor starts it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from core import richtext
from core.videos import address_in, start_of, video_id


class VideoAddressBlock(blocks.URLBlock):
    """Takes whatever staff paste. It stays a URLBlock, so that nobody has to translate it."""

    def __init__(self, help_text="", **kwargs):
        super().__init__(help_text=help_text, **kwargs)
        self.field = forms.CharField(max_length=1000, help_text=help_text)


class VideoValue(blocks.StructValue):
    @cached_property
    def video_id(self):
        return video_id(self.get("url", ""))

    @cached_property
    def start(self):
        return start_of(self.get("url", ""))

    @property
    def watch_url(self):
        start = f"&t={self.start}s" if self.start else ""
        return f"https://www.youtube.com/watch?v={self.video_id}{start}"

    @property
    def embed_url(self):
        start = f"&start={self.start}" if self.start else ""
        return f"https://www.youtube-nocookie.com/embed/{self.video_id}?autoplay=1{start}"


class VideoBlock(blocks.StructBlock):
    url = VideoAddressBlock(
        label=_("address of the video"),
        help_text=_("Any YouTube address, also with a start time, or the code to embed it."),
    )
    title = blocks.CharBlock(label=_("title"), max_length=120)
    poster = ImageChooserBlock(
        label=_("still image"),
        required=False,
        help_text=_("Shown until the visitor starts the video; nothing is loaded before that."),
    )
    transcript = blocks.RichTextBlock(
        label=_("what is said"), required=False, features=richtext.SHORT
    )

    class Meta:
        icon = "media"
        label = _("video")
        template = "core/blocks/video.html"
        description = _("A video that loads only when the visitor starts it")
        value_class = VideoValue
        preview_value = {
            "url": "https://www.youtube.com/embed/D6avaeMIIAo",
            "title": "Runningtherapie in beeld",
            "poster": None,
            "transcript": "",
        }

    def clean(self, value):
        value = super().clean(value)
        if not video_id(value["url"]):
            raise blocks.StructBlockValidationError(
                {"url": ValidationError(_("This is not the address of a YouTube video."))}
            )
        value["url"] = address_in(value["url"])
        return value
