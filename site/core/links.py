from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from core.once import cached


class PageLinks(PageLinkHandler):
    """Links to pages in rich text: looked up in one query, and cached, as all readers get the same.

    Wagtail's own handler loads each page as its specific class, which its address does not need.
    """

    @classmethod
    def get_many(cls, attrs_list):
        ids = [attrs.get("id") for attrs in attrs_list]
        found = {str(page.pk): page for page in Page.objects.filter(pk__in=ids)}
        return [found.get(str(pk)) for pk in ids]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        ids = "-".join(str(attrs.get("id")) for attrs in attrs_list)
        return cached(f"links-{get_language()}-{ids}", lambda: cls._expanded(attrs_list))

    @classmethod
    def _expanded(cls, attrs_list):
        return [
            f'<a href="{escape(page.localized.url)}">' if page else "<a>"
            for page in cls.get_many(attrs_list)
        ]
