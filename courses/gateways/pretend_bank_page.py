"""The page of the pretend bank. It has a URL in local installations and tests only."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import UnknownPaymentError, may_pretend, pretend_bank

CHOICES = {"pay": "paid", "fail": "failed", "cancel": "cancelled", "expire": "expired"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show what is to be paid. Every button leads back to the site; "wait" decides nothing."""
    if not may_pretend():
        raise Http404
    try:
        payment = pretend_bank.read(reference)
        if request.method == "POST":
            if state := CHOICES.get(request.POST.get("choice", "")):
                pretend_bank.decide(reference, state)
            return redirect(payment["return_url"])
    except UnknownPaymentError:
        raise Http404 from None
    return render(request, "courses/pretend_bank.html", {"payment": payment})
