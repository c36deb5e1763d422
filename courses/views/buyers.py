"""Somebody else pays: the views for the person, and the page of the pay link for the buyer.

The buyer's page shows only what concerns paying: whose seat it is, what it costs, until when.
"""

from http import HTTPStatus

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale

from core.guards import within_limit
from courses.domain import buyers, choices, invoices, payments
from courses.domain.transitions import WrongStateError
from courses.forms.contact_fields import INVOICE
from courses.forms.status import BuyerForm, PayerForm
from courses.models import SignUp
from courses.reading import balance, events, links
from courses.views.documents import invoice_download
from courses.views.payments import look_again_url, outcome, to_the_bank, unpaid
from courses.views.private import (
    buyer_or_404,
    form_status,
    posted,
    private,
    sign_up_or_404,
    to_status,
)

MAILS_PER_ADDRESS = "10/10m/ip"

# --- The person forwards the link -----------------------------------------------------------


@private
@require_http_methods(["GET", "HEAD", "POST"])
def employer(request, token):
    """Explain how it works; POST mails the link to the buyer."""
    sign_up = sign_up_or_404(token)
    if not buyers.may_pay(sign_up):
        return to_status(token, "changed")
    form = PayerForm(request.POST if request.method == "POST" else None)
    context = {"sign_up": sign_up, "form": form, "due_on": buyers.invoice_due_on(sign_up)}
    if form.is_valid():
        if not within_limit(request, "pay_link", MAILS_PER_ADDRESS):
            context["too_many"] = True
            status = HTTPStatus.TOO_MANY_REQUESTS
            return render(request, "courses/status/employer.html", context, status=status)
        try:
            buyers.mail_link(sign_up, form.cleaned_data["email"])
        except WrongStateError:
            return to_status(token, "changed")
        return to_status(token, "pay-link-mailed")
    buyer = getattr(sign_up, "buyer", None)
    if buyer and buyer.token_hash:
        context["pay_url"] = links.buyer_url(buyer)
    return render(request, "courses/status/employer.html", context, status=form_status(form))


@posted
def make_link(request, token):
    """Make the link to forward; with `anew` it replaces the previous one, which stops working."""
    anew = "anew" in request.POST
    try:
        buyers.make_link(sign_up_or_404(token), anew=anew)
    except WrongStateError:
        return to_status(token, "changed")
    return to_status(token, "pay-link-new" if anew else "pay-link")


# --- The buyer opens the link ---------------------------------------------------------------


@private
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, token):
    """The buyer's page. POST saves the data for the invoice, then goes to the bank or, if chosen,
    sends an invoice."""
    buyer = buyer_or_404(token)
    sign_up = buyer.sign_up
    form = None
    if buyers.may_pay(sign_up) and not buyers.details_are_final(sign_up):
        form = BuyerForm(request.POST if request.method == "POST" else None, initial=_known(buyer))
    if request.method == "POST" and (form is None or form.is_valid()):
        return _pay(request, token, buyer, form)
    return _page(request, buyer, form)


@private
@require_safe
def bank(request, token):
    buyer = buyer_or_404(token)
    here = reverse("buyer_pay", args=[token])
    return to_the_bank(request, buyer.sign_up, here, by_buyer=True)


@private
@require_safe
def returned(request, token):
    """The buyer is back from the bank: ask the provider how it went."""
    buyer = buyer_or_404(token)
    here = reverse("buyer_pay", args=[token])
    return redirect(here + outcome(request, buyer.sign_up, by_buyer=True))


@private
@require_safe
def invoice(request, token, number):
    return invoice_download(_invoices(buyer_or_404(token)), number)


def _pay(request, token, buyer, form):
    here = reverse("buyer_pay", args=[token])
    try:
        if request.POST.get("way") == "invoice":
            if form is not None:
                buyers.choose_invoice(buyer, form.details())
            return redirect(here)
        if form is not None:
            buyer = buyers.save_details(buyer, form.details())
        payments.start(buyer.sign_up, by_buyer=True)
    except WrongStateError:
        return redirect(f"{here}?note=changed")
    except payments.PaymentTroubleError:
        return redirect(f"{here}?note=later")
    return redirect(reverse("buyer_bank", args=[token]))


def _page(request, buyer, form):
    sign_up = buyer.sign_up
    event = events.of_roster(sign_up.roster, locale=Locale.get_active())
    is_payable = buyers.may_pay(sign_up, event)
    context = {
        "sign_up": sign_up,
        "event": event,
        "parts": event.parts_for(sign_up.kind) if event else (),
        "form": form,
        "note": request.GET.get("note"),
        "unpaid": unpaid(sign_up, by_buyer=True),
        "is_payable": is_payable,
        "is_called_off": choices.has_to_choose(sign_up),
        "is_waiting": is_payable and "waiting" in request.GET,
        "look_again_url": look_again_url(request, links.buyer_path(buyer, "buyer_returned")),
        "balance": balance.of(sign_up),
        "is_paid": sign_up.state == SignUp.State.CONFIRMED,
        "invoice": invoices.standing(sign_up) if buyer.organisation else None,
        "due_on": buyers.invoice_due_on(sign_up),
        "invoices": _invoices(buyer),
    }
    status = form_status(form) if form is not None else HTTPStatus.OK
    return render(request, "courses/buyer.html", context, status=status)


def _known(buyer):
    """The invoice data to start from; not a private address, which the employer must not see."""
    if not buyer.organisation:
        return {"email": buyer.email}
    return {name: getattr(buyer, name) for name in (*INVOICE, "email")}


def _invoices(buyer):
    """The invoices and credit notes made out to this organisation."""
    return [
        invoice
        for invoice in buyer.sign_up.invoices.all()
        if not invoice.is_held
        and buyer.organisation
        and invoice.facts["buyer"]["organisation"] == buyer.organisation
    ]
