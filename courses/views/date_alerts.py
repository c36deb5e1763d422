"""Hear of a new date: ask, confirm, stop."""

from http import HTTPStatus

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.guards import within_limit
from courses.domain import date_alerts
from courses.forms.date_alerts import DateAlertForm
from courses.reading import links
from courses.views.private import form_status, private

ASKS_PER_ADDRESS = "10/10m/ip"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """Ask for it. The answer is the same whether the address is known or not."""
    towns = date_alerts.towns()
    chosen = {"town": request.GET.get("town", "")}
    form = DateAlertForm(
        request.POST if request.method == "POST" else None, towns=towns, initial=chosen
    )
    context = {"form": form, "note": request.GET.get("note")}
    if form.is_valid():
        if not within_limit(request, "date_alert", ASKS_PER_ADDRESS):
            return render(
                request,
                "courses/date_alerts/ask.html",
                context | {"too_many": True},
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )
        data = form.cleaned_data
        date_alerts.ask(data["email"], data["town"], get_language())
        return redirect(reverse("date_alerts") + "?note=sent")
    return render(request, "courses/date_alerts/ask.html", context, status=form_status(form))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def own(request, token):
    """Confirm or stop, each with one button: programs that open links in mails change nothing."""
    alert = links.find_date_alert(token)
    if alert is None:
        if request.GET.get("note") == "stopped":
            return render(request, "courses/date_alerts/stopped.html")
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "stop":
        date_alerts.stop(alert)
        return redirect(f"{request.path}?note=stopped")
    if request.method == "POST":
        date_alerts.confirm(alert)
        return redirect(request.path)
    return render(request, "courses/date_alerts/own.html", {"alert": alert})
