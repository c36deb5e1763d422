"""The brochure of a course date, made from its page on demand."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from core.routes import shows
from courses.documents.brochures import brochure_facts, brochure_pdf
from courses.models import CourseEventPage
from courses.reading import events


@shows(CourseEventPage, "brochure/", name="brochure")
@require_safe
def brochure(request, page):
    event = events.of_page(page)
    if event.facts.brochure:
        return redirect(event.facts.brochure.url)  # one that staff uploaded takes precedence
    pdf = brochure_pdf(brochure_facts(event), page.locale.language_code)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{event.code}.pdf"'
    return response
