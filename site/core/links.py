from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from core.once import kept


class PageLinks(PageLinkHandler):
    """Links to pages in rich text. Their addresses are the same for every kind of page, so that
    one query will do, and the same for every reader, so that they are kept."""

    @classmethod
    def get_many(cls, attrs_list):
        ids = [attrs.get("id") for attrs in attrs_list]
        found = {str(page.pk): page for page in Page.objects.filter(pk__in=ids)}
        return [found.get(str(pk)) for pk in ids]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        which = "-".join(str(attrs.get("id")) for attrs in attrs_list)
        return kept(f"links-{get_language()}-{which}", lambda: cls._expanded(attrs_list))

    @classmethod
    def _expanded(cls, attrs_list):
        return [
            f'<a href="{escape(page.localized.url)}">' if page else "<a>"
            for page in cls.get_many(attrs_list)
        ]
