"""The person's own page, behind the token of their link."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses import calendar
from courses.domain import events
from courses.views.private import private, sign_up_or_404


@private
@require_safe
def status(request, token):
    found = sign_up_or_404(token)
    event = events.of_roster(found.roster)
    form_page = event.sign_up_pages.get(found.kind) if event else None
    context = {
        "sign_up": found,
        "event": event,
        "parts": event.parts_for(found.kind) if event else (),
        "thank_you": form_page.thank_you if form_page else "",
        "alternatives": [] if found.is_live or not event else events.alternatives(event),
    }
    return render(request, "courses/status.html", context)


@private
@require_safe
def status_calendar(request, token):
    found = sign_up_or_404(token)
    event = events.of_roster(found.roster)
    if event is None or not found.is_live:
        raise Http404
    response = HttpResponse(
        calendar.for_sign_up(found, event), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{found.roster.code}.ics"'
    return response
