"""The guide for staff: Markdown files in docs/staff-guide, shown in the CMS.

A chapter is a file `NN-name.md` whose first line is its title. `make pictures` takes the pictures
in `pictures/` from the running site.
"""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from markdown_it import MarkdownIt
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

FOLDER = settings.BASE_DIR / "docs" / "staff-guide"


@dataclass(frozen=True)
class Chapter:
    file: Path

    @property
    def slug(self):
        return self.file.stem.partition("-")[2]

    @cached_property
    def source(self):
        return self.file.read_text("utf-8")

    @property
    def title(self):
        return self.source.partition("\n")[0].removeprefix("#").strip()

    @property
    def summary(self):
        """The first paragraph."""
        return self.source.split("\n\n")[1].replace("\n", " ")

    @property
    def url(self):
        return reverse("guide:chapter", args=[self.slug])

    @property
    def html(self):
        """The chapter without its title, with links to addresses in the CMS instead of files."""
        body = self.source.partition("\n")[2]
        html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
        html = re.sub(r'src="pictures/([\w-]+)\.png"', _picture_address, html)
        html = re.sub(r'href="\d+-([\w-]+)\.md(#[\w-]+)?"', _chapter_address, html)
        html = re.sub(r"<h2>(.+?)</h2>", _heading, html)
        return mark_safe(html)  # noqa: S308  (our own files, and no HTML in them)


def chapters():
    """The chapters in the order of their file names."""
    return [Chapter(file) for file in sorted(FOLDER.glob("[0-9]*-*.md"))]


def _picture_address(found):
    return f'src="{reverse("guide:picture", args=[found[1]])}" loading="lazy"'


def _chapter_address(found):
    return f'href="{reverse("guide:chapter", args=[found[1]])}{found[2] or ""}"'


def _heading(found):
    """The heading with the same anchor as on GitHub."""
    return f'<h2 id="{slugify(unescape(found[1]))}">{found[1]}</h2>'


class GuidePage(WagtailAdminTemplateMixin, TemplateView):
    page_title = _("Staff guide")
    header_icon = "help"

    @cached_property
    def chapters(self):
        return chapters()

    def get_context_data(self, **kwargs):
        return super().get_context_data(chapters=self.chapters, **kwargs)


class GuideView(GuidePage):
    template_name = "core/guide/index.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class ChapterView(GuidePage):
    template_name = "core/guide/chapter.html"

    @cached_property
    def number(self):
        for number, chapter in enumerate(self.chapters):
            if chapter.slug == self.kwargs["slug"]:
                return number
        raise Http404

    @property
    def chapter(self):
        return self.chapters[self.number]

    def get_page_title(self):
        return self.chapter.title

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("guide:index"), "label": self.page_title},
            {"url": "", "label": self.chapter.title},
        ]

    def get_context_data(self, **kwargs):
        after = self.chapters[self.number + 1 :]
        return super().get_context_data(
            chapter=self.chapter, next_chapter=after[0] if after else None, **kwargs
        )


class PictureView(View):
    http_method_names = ["get", "head"]

    def get(self, request, name):
        try:
            picture = (FOLDER / "pictures" / f"{name}.png").open("rb")
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(picture, content_type="image/png")


urlpatterns = [
    path("", GuideView.as_view(), name="index"),
    path("pictures/<slug:name>.png", PictureView.as_view(), name="picture"),
    path("<slug:slug>/", ChapterView.as_view(), name="chapter"),
]
