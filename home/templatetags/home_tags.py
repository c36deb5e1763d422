from django import template

from faq.models import FaqPage

register = template.Library()


@register.simple_tag
def faq_url(page):
    """The address of the FAQ page in the language of `page`, or ""."""
    found = FaqPage.objects.live().public().filter(locale_id=page.locale_id).first()
    return found.url if found else ""
