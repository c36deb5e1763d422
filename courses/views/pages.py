"""The pages of courses and course dates."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.kept import kept
from core.routes import shows
from courses.documents import structured_data
from courses.models import CourseEventPage, CourseIndexPage, CoursePage, SignUpPage
from courses.reading import accreditations, events, places


@shows(CourseIndexPage)
@kept
@require_safe
def course_index(request, page):
    coming = events.coming(locale=page.locale)
    courses = CoursePage.objects.child_of(page).live().public().filter(locale=page.locale)
    chosen = {
        "course": request.GET.get("cursus", ""),
        "place": request.GET.get("plaats", ""),
        "month": request.GET.get("maand", ""),
    }
    shown = [event for event in coming if _fits(event, chosen)]
    return render(
        request,
        "courses/course_index_page.html",
        {
            "page": page,
            "self": page,
            "events": shown,
            "has_events": bool(coming),
            "course_pages": courses,
            "chosen": chosen,
            "is_filtered": any(chosen.values()),
            "courses": sorted({(e.course.slug, e.course.title) for e in coming}),
            "places": sorted({place for event in coming for place in event.places}),
            "months": sorted({event.first_day.replace(day=1) for event in coming}),
            "archive_url": page.url + page.reverse_subpage("archive"),
            "structured_data": [structured_data.date_list(shown)] if shown else [],
        },
    )


@shows(CourseIndexPage, "archief/", name="archive")
@kept
@require_safe
def archive(request, page):
    return render(
        request,
        "courses/archive.html",
        {"page": page, "self": page, "events": events.begun(locale=page.locale)},
    )


@shows(CoursePage)
@kept
@require_safe
def course(request, page):
    coming = events.coming(locale=page.locale, course=page)
    forms = SignUpPage.objects.child_of(page).live()
    context = {
        "page": page,
        "self": page,
        "coming": coming,
        "alumni_form": forms.filter(kind=SignUpPage.Kind.ALUMNI).first(),
        "accreditations": accreditations.of_course(page.locale),
        "day_moments": list(page.day_moments.all()),
        "structured_data": [structured_data.course(page, coming)],
    }
    return render(request, "courses/course_page.html", context)


@shows(CourseEventPage)
@kept
@require_safe
def course_event(request, page):
    event = events.of_page(page)
    context = {
        "page": page,
        "self": page,
        "event": event,
        "accreditations": accreditations.of_event(event),
        "destinations": places.of_event(event),
        "structured_data": [structured_data.course_event(event)],
    }
    if not event.can_sign_up:
        context["alternatives"] = events.alternatives(event)
    return render(request, "courses/course_event_page.html", context)


def _fits(event, chosen):
    return (
        chosen["course"] in ("", event.course.slug)
        and (not chosen["place"] or chosen["place"] in event.places)
        and chosen["month"] in ("", f"{event.first_day:%Y-%m}")
    )
