from django import template
from django.db.models import Q
from wagtail.models import Locale

from core.once import cached
from faq.models import STEPS, FaqPage, FaqQuestion

register = template.Library()


@register.inclusion_tag("faq/beside.html")
def questions_beside(step, level=2):
    """The questions that staff want beside a step of a sign-up, one of `faq.models.STEPS`.

    `level` is that of the heading above them.
    """
    if step not in STEPS:
        raise ValueError(step)
    locale = Locale.get_active()
    questions, all_url = cached(f"questions beside steps {locale.pk}", lambda: _beside(locale))
    chosen = [question for question in questions if getattr(question, f"at_{step}")]
    return {"questions": chosen, "all_url": all_url, "step": step, "level": level}


def _beside(locale):
    """(the questions beside any step, the address of the page with all questions)"""
    at_a_step = Q()
    for step in STEPS:
        at_a_step |= Q(**{f"at_{step}": True})
    page = FaqPage.objects.live().public().filter(locale=locale).first()
    return list(FaqQuestion.shown.filter(at_a_step, locale=locale)), page.url if page else ""
