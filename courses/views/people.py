"""The person's contact data and answers, a colleague who comes instead, and the lost link."""

from http import HTTPStatus

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.guards import within_limit
from courses.domain import corrections, lost_links, people
from courses.domain.transitions import WrongStateError
from courses.forms.answers import OwnAnswersForm
from courses.forms.status import INVOICE, ContactForm, LostLinkForm, SubstituteForm
from courses.models import SignUp
from courses.reading import events
from courses.views.private import form_status, private, sign_up_or_404, to_status

CHANGES_PER_ADDRESS = "20/10m/ip"
CHANGES_PER_SIGN_UP = "10/1h/key"  # each may mail two addresses
LINKS_PER_ADDRESS = "10/10m/ip"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request, token):
    sign_up = sign_up_or_404(token)
    if sign_up.state not in SignUp.LIVE:
        return to_status(token, "changed")
    form = _contact_form(sign_up, request.POST if request.method == "POST" else None)
    context = {"sign_up": sign_up, "form": form}
    if form.is_valid():
        if not _may_change_contact(request, sign_up):
            return _too_many_requests(request, "courses/status/contact.html", context)
        try:
            people.change_contact(
                sign_up,
                email=form.cleaned_data["email"],
                phone=form.cleaned_data["phone"],
                invoice=form.invoice_fields,
            )
        except WrongStateError:
            return to_status(token, "changed")
        else:
            return to_status(token, _note_of(form))
    return render(request, "courses/status/contact.html", context, status=form_status(form))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request, token):
    sign_up = sign_up_or_404(token)
    if not corrections.can_answer(sign_up):
        return to_status(token, "changed")
    form = OwnAnswersForm(request.POST if request.method == "POST" else None, sign_up=sign_up)
    context = {"sign_up": sign_up, "form": form}
    if form.is_valid():
        if not within_limit(request, "answers", CHANGES_PER_ADDRESS):
            return _too_many_requests(request, "courses/status/answers.html", context)
        try:
            corrections.answer(sign_up, by=None, **form.arguments())
        except WrongStateError:
            return to_status(token, "changed")
        return to_status(token, "saved" if form.has_changed() else "unchanged")
    return render(request, "courses/status/answers.html", context, status=form_status(form))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request, token):
    sign_up = sign_up_or_404(token)
    if not people.can_send_substitute(sign_up):
        return to_status(token, "changed")
    form = SubstituteForm(request.POST if request.method == "POST" else None)
    context = {"sign_up": sign_up, "form": form, "event": events.of_roster(sign_up.roster)}
    if not form.is_valid() or request.POST.get("step") == "edit":
        return render(request, "courses/status/substitute.html", context, status=form_status(form))
    if request.POST.get("step") != "confirm":
        return render(request, "courses/status/substitute_check.html", context)
    if not within_limit(request, "substitute", CHANGES_PER_ADDRESS):
        return _too_many_requests(request, "courses/status/substitute.html", context)
    try:
        people.substitute(sign_up, form.person())
    except WrongStateError:
        return to_status(token, "changed")
    # This link works no longer, and the page behind the new one is the colleague's.
    return redirect(reverse("sign_up_lost") + "?note=handed-over")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request, token):
    sign_up = sign_up_or_404(token)
    context = {"sign_up": sign_up}
    if request.method != "POST":
        return render(request, "courses/status/new_link.html", context)
    if not within_limit(request, "new_link", LINKS_PER_ADDRESS):
        return _too_many_requests(request, "courses/status/new_link.html", context)
    lost_links.replace_link(sign_up)
    return redirect(reverse("sign_up_lost") + "?note=replaced")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request):
    """Mail the link again. The answer is the same whether the address is known or not."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "note": request.GET.get("note")}
    if form.is_valid():
        if not within_limit(request, "lost_link", LINKS_PER_ADDRESS):
            return _too_many_requests(request, "courses/status/lost_link.html", context)
        lost_links.ask_for_links(form.cleaned_data["email"])
        return redirect(reverse("sign_up_lost") + "?note=sent")
    return render(request, "courses/status/lost_link.html", context, status=form_status(form))


def _note_of(form):
    if "email" in form.changed_data:
        return "saved-email"
    return "saved" if form.has_changed() else "unchanged"


def _may_change_contact(request, sign_up):
    return within_limit(request, "contact_change", CHANGES_PER_ADDRESS) and within_limit(
        request, "contact_change", CHANGES_PER_SIGN_UP, by=sign_up.pk
    )


def _contact_form(sign_up, data):
    buyer = getattr(sign_up, "buyer", None)
    with_invoice = people.can_change_invoice(sign_up)
    initial = {"email": sign_up.email, "phone": sign_up.phone}
    if with_invoice:
        initial |= {name: getattr(buyer, name) for name in INVOICE}
    return ContactForm(
        data,
        initial=initial,
        with_invoice=with_invoice,
        for_work=bool(buyer and buyer.organisation),
    )


def _too_many_requests(request, template, context):
    return render(
        request, template, context | {"too_many": True}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
