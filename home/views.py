from http import HTTPStatus

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from core.guards import within_limit
from core.routes import shows
from home import mails
from home.forms import ContactForm
from home.models import ContactPage

MESSAGES_PER_ADDRESS = "20/10m/ip"
SENT = "verstuurd"
QUESTION = "vraag"  # what somebody searched for and did not find
LONGEST_QUESTION = 200


@shows(ContactPage)
@never_cache
def contact(request, page):
    """Show the form, or queue the message and redirect, so that a reload sends nothing twice."""
    status = HTTPStatus.OK
    context = {"page": page, "self": page, "is_sent": SENT in request.GET}
    if request.method == "POST":
        form = ContactForm(request.POST)
        if not within_limit(request, "contact", MESSAGES_PER_ADDRESS):
            context["too_many"] = True
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif form.is_valid():
            mails.contact_message(
                **{name: form.cleaned_data[name] for name in ("name", "email", "message")}
            )
            return redirect(f"{page.url}?{SENT}")
        else:
            context["has_errors"] = True
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        form = ContactForm(initial={"message": request.GET.get(QUESTION, "")[:LONGEST_QUESTION]})
    return render(request, "home/contact_page.html", context | {"form": form}, status=status)
