"""The sign-up form, in three steps at one address.

The button tells the step: `check` validates what was typed and shows it, `edit` goes back,
`confirm` signs up and redirects to the person's own page. Between steps, what was typed travels in
hidden fields, so there is no session and no cookie.
"""

from contextlib import suppress
from functools import partial
from http import HTTPStatus

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.guards import within_limit
from core.kept import kept
from core.routes import previews, shows
from core.words import visible
from courses.domain import buyers, lost_links, moves, sign_ups, transitions
from courses.forms.core_fields import WORK
from courses.forms.sign_up import SignUpForm
from courses.models import CourseEventPage, SignUp, SignUpPage
from courses.reading import accreditations, events, links
from courses.views import payments

SIGN_UPS_PER_ADDRESS = "60/10m/ip"  # an organisation may sign up a whole class from one office
SIGN_UPS_PER_EMAIL = "20/1h/key"  # each mails that address; somebody may sign up a whole team
TRIES_PER_ADDRESS = "300/10m/ip"
FILES_PER_ADDRESS = "30/1h/ip"


@shows(SignUpPage)
@kept
@require_safe
def choose_date(request, page):
    """The form without a date: choose one first."""
    course = page.get_parent().specific
    if page.kind == SignUp.Kind.ALUMNI:
        coming = events.for_alumni(locale=page.locale, course=course)
    else:
        coming = events.coming(locale=page.locale, course=course)
    context = {"page": page, "self": page, "course": course, "events": coming}
    return render(request, "courses/choose_date.html", context)


@shows(SignUpPage, "<str:code>/", name="form")
@cache_control(private=True, no_cache=True)  # no-store would make Back from the bank an error page
def sign_up(request, page, code):
    event, coming = _load_or_404(request, page, code)
    if request.method == "POST":
        return _answer_form(request, page, event, coming)
    available = event.availability_for(page.kind)
    if not available.is_open:
        return _unavailable(request, page, event, available, coming=coming)
    return _form_page(request, page, event, _form(page, event, coming))


@previews(SignUpPage)
def preview_form(request, page):
    """The preview for staff: the form for the next date, else for any date as an example."""
    course = page.get_parent().specific
    coming = events.coming(locale=page.locale, course=course)
    event = next(iter(coming), None)
    if event is None:
        example = CourseEventPage.objects.child_of(course).first()
        if example is None:
            return choose_date(request, page)
        event = events.of_page(example)
    return _form_page(request, page, event, _form(page, event, coming))


def _answer_form(request, page, event, coming):
    step = request.POST.get("step", "check")
    if step == "check" and (done := _done_before(request.POST)):
        return _onward(done)
    too_many = not _within_limits(request, step)
    if step == "edit" or too_many:
        if step == "confirm" and (done := _done_before(request.POST)):
            return _onward(done)
        as_typed = _form(page, event, coming, request.POST)  # validating it would store files
        status = HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.OK
        return _form_page(request, page, event, as_typed, status=status, too_many=too_many)
    may_store_file = partial(within_limit, request, "upload", FILES_PER_ADDRESS)
    form = _form(page, event, coming, request.POST, request.FILES, may_store_file=may_store_file)
    if not form.is_valid():
        if step == "confirm" and (done := _done_before(request.POST)):
            return _onward(done)  # sent a second time: its file has been claimed
        form.offer(_wishes(page, event, coming))
        return _form_page(
            request, page, event, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, has_errors=True
        )
    if step == "confirm":
        email = form.cleaned_data["email"]
        if not within_limit(request, "sign_up_email", SIGN_UPS_PER_EMAIL, by=email):
            return _form_page(
                request, page, event, form, status=HTTPStatus.TOO_MANY_REQUESTS, too_many=True
            )
        return _confirm(request, page, event, form)
    available = event.availability_for(page.kind)
    if not available.is_open:
        return _unavailable(request, page, event, available, form, coming)
    context = {"page": page, "self": page, "event": event, "form": form, **_price(page, event)}
    response = render(request, "courses/sign_up_check.html", context | _next_step(event, form))
    response._csp_update = {"img-src": ["data:"]}  # what was stored of a picture that was sent
    return response


def _done_before(data):
    names = [visible(data.get(name, "")) for name in ("first_name", "infix", "last_name", "email")]
    return sign_ups.made_from_form(data.get("idempotency_key"), sign_ups.person_key(*names))


def _confirm(request, page, event, form):
    agreement = sign_ups.Agreement(
        kind=page.kind,
        language=page.locale.language_code,
        terms_version=page.terms_version,
        idempotency_key=form.cleaned_data["idempotency_key"],
    )
    application = form.application()
    try:
        done = sign_ups.sign_up(
            event=event.with_form(page),
            application=application,
            agreement=agreement,
            opens_payment=True,
        )
    except sign_ups.UnavailableError as refusal:
        return _unavailable(request, page, event, refusal.availability, form)
    except sign_ups.AlreadySignedUpError:
        # Perhaps a stranger, who may not learn it: only the mail says that there is a sign-up.
        lost_links.tell_known(event.roster, application.person_key)
        context = {"page": page, "self": page, "event": event}
        return render(request, "courses/look_in_your_mail.html", context)
    return _onward(done, event)


def _onward(done, event=None):
    """Redirect to the bank if the person has to pay now, else to their own page."""
    if buyers.is_expected_to_pay(done, event):
        with suppress(transitions.WrongStateError):
            buyers.make_link(done)
        return redirect(links.status_path(done))
    return payments.begin(done)


def _form(page, event, coming, data=None, files=None, **options):
    """Without a wish for another date where `coming` was not loaded: none was sent."""
    wishes = [] if coming is None else _wishes(page, event, coming)
    return SignUpForm(data, files, page=page, event=event, wishes=wishes, **options)


def _wishes(page, event, coming):
    """The other dates that one can wish for, and in time get an offer of a place on."""
    if page.kind != SignUp.Kind.COURSE:
        return []
    if coming is None:
        coming = events.coming(locale=page.locale, course=event.course)
    return [
        other
        for other in coming
        if other.code != event.code
        and other.availability.may_open  # where there is a place, one signs up for it
        and moves.is_possible(other, page.kind)
    ]


def _form_page(request, page, event, form, status=HTTPStatus.OK, **extra):
    context = {"page": page, "self": page, "event": event, "form": form, **_price(page, event)}
    return render(request, "courses/sign_up_page.html", context | extra, status=status)


def _price(page, event):
    is_course = page.kind == SignUp.Kind.COURSE  # points are for who was there on all days
    return {
        "price_cents": event.price_for(page.kind),
        "parts": event.parts_for(page.kind),
        "free": event.free_for(page.kind),
        "availability": event.availability_for(page.kind),
        "accreditations": accreditations.of_event(event) if is_course else [],
    }


def _next_step(event, form):
    """Who pays next, for the text of the last button: the person, the employer, or nobody yet."""
    data = form.cleaned_data
    is_admitted = data.get("admission") == SignUp.Admission.HBO
    is_owed = bool(event.price_for(form.kind)) and is_admitted
    employer_pays = is_owed and data.get("buyer") == WORK and event.course.buyer_may_pay
    return {
        "pays_now": is_owed and not employer_pays,
        "employer_pays": employer_pays,
        "held_until": transitions.end_of_hold(timezone.now()),
    }


def _unavailable(request, page, event, availability, form=None, coming=None):
    """A page that says why this date is not available, with other dates.

    With a form, everything that was typed is taken along to the other date.
    """
    context = {
        "page": page,
        "self": page,
        "event": event,
        "availability": availability,
        "alternatives": events.alternatives(event, page.kind, among=coming),
        "carried": form.carried if form is not None else [],
        "kind": page.kind,
    }
    status = HTTPStatus.GONE if availability.is_over else HTTPStatus.CONFLICT
    return render(request, "courses/unavailable.html", context, status=status)


def _load_or_404(request, page, code):
    """(the date, the coming dates of its course if the form asks which of them is wished for).

    They are loaded together. A form that is confirmed without such a wish needs only its date, and
    so does that of alumni.
    """
    course = page.get_parent().specific
    sent = request.POST
    is_for_wishes = sent.get("step") != "confirm" or "swap_wishes" in sent
    coming = None
    if page.kind == SignUp.Kind.COURSE and is_for_wishes:
        event, coming = events.with_coming(code, locale=page.locale, course=course)
    else:
        event = events.by_code(code, locale=page.locale, course=course)
    if event is None or event.roster is None or not event.parts_for(page.kind):
        raise Http404
    return event, coming


def _within_limits(request, step):
    if step == "confirm":
        return within_limit(request, "sign_up", SIGN_UPS_PER_ADDRESS)
    return within_limit(request, "sign_up_try", TRIES_PER_ADDRESS)
