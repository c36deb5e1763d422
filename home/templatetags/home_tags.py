from django import template

from core.once import cached
from faq.models import FaqPage

register = template.Library()


@register.simple_tag
def faq_url(page):
    """The address of the FAQ page in the language of `page`, or ""."""
    return cached(f"url of questions in {page.locale_id}", lambda: _find_faq_url(page.locale_id))


def _find_faq_url(locale_id):
    found = FaqPage.objects.live().public().filter(locale_id=locale_id).first()
    return found.url if found else ""
