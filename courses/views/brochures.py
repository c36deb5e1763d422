"""The brochure of a course date, made from its page at the moment that somebody asks for it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from courses import brochures, typesetting


@require_safe
def brochure(request, page):
    event = page.event
    if event.facts.brochure:
        return redirect(event.facts.brochure.url)  # what staff uploaded goes first
    pdf = typesetting.brochure(brochures.facts(event), page.locale.language_code)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{event.code}.pdf"'
    return response
