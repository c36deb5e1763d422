"""Where an address leads at which nothing is: to what moved, or to what was meant.

A page that moved takes along every address below it, such as its form and its calendar. Capitals
and punctuation at the end of a pasted link are forgiven. A redirect of staff comes first.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm as WagtailRedirectForm
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from core import drafts, lost
from core.languages import language_from_path

OF_STAFF_AND_MACHINES = ("/admin/", "/account/", "/webhooks/")
# What stands behind an address in a text. No - or _: they end a token, too.
PUNCTUATION = ")]}>.,;:!?'\"*»”’…\u00a0 "
BELOW_PAGES = ("calendar", "date_feed", "share_picture")  # views that look for a page at any path
SAME_METHOD = {301: 308, 302: 307}  # a form that is sent keeps what was typed


class Redirects:
    """Middleware, instead of Wagtail's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.path_info.startswith(OF_STAFF_AND_MACHINES):
            return response
        if found := _by_staff(request) or _as_meant(request):
            return found
        lost.note(request)
        return response


def answers(request, path):
    """Whether there is something at this path: a view (its match) or a page (its route)."""
    with override(language_from_path(path)):
        try:
            match = resolve(path)
            if match.view_name != "wagtail_serve":
                return match
            parts = [part for part in match.args[0].split("/") if part]
            home = Site.find_for_request(request).root_page.localized.specific
            return home.route(request, parts)
        except (Resolver404, Http404):
            return None


def _by_staff(request):
    """What staff, or Wagtail for a page that moved, wrote down for this address."""
    query = request.META.get("QUERY_STRING", "")
    for wanted, left in ((request.get_full_path(), ""), (request.path_info, query)):
        path = Redirect.normalise_path(wanted, decode_unicode=False)
        found = get_redirect(request, path)
        if found and found.link:
            return _to(request, found.link, left, 301 if found.is_permanent else 302)
    return None


def _as_meant(request):
    for path in (_moved(request), _without_punctuation(request.path_info), _in_lower_case(request)):
        if path and path != request.path_info and answers(request, path):
            return _to(request, iri_to_uri(path), request.META.get("QUERY_STRING", ""), 301)
    return None


def _moved(request):
    """The address below the nearest page above it that moved."""
    parts = request.path_info.strip("/").split("/")
    above = {
        Redirect.normalise_path(f"/{'/'.join(parts[:number])}"): parts[number:]
        for number in range(1, len(parts))
    }
    found = Redirect.get_for_site(Site.find_for_request(request)).filter(
        old_path__in=above, redirect_page__isnull=False
    )
    nearest = max(found, key=lambda redirect: len(redirect.old_path), default=None)
    if nearest is None or not nearest.link:
        return None
    end = "/" if request.path_info.endswith("/") else ""
    return f"{nearest.link.rstrip('/')}/{'/'.join(above[nearest.old_path])}{end}"


def _without_punctuation(path):
    bare = path.rstrip("/" + PUNCTUATION)
    if not path[len(bare) :].strip("/"):
        return None
    return bare if "." in bare.rpartition("/")[2] else f"{bare}/"


def _in_lower_case(request):
    """The path in lower case, but for a token, in which every letter counts."""
    path = request.path_info
    lowered = path.lower()
    if getattr(answers(request, path), "view_name", BELOW_PAGES[0]) not in BELOW_PAGES:
        return None  # that view has looked, in whatever case
    match = answers(request, lowered) if lowered != path else None
    token = getattr(match, "kwargs", {}).get("token")
    if token:
        start = lowered.rindex(token)
        lowered = lowered[:start] + path[start : start + len(token)] + lowered[start + len(token) :]
    return lowered


def _to(request, link, query, status):
    if request.method not in ("GET", "HEAD"):
        status = SAME_METHOD[status]
    if query and "?" not in link:
        link = f"{link}?{query}"
    return HttpResponse(status=status, headers={"Location": link})


class RedirectForm(WagtailRedirectForm):
    """Takes an address of this site as people type it, such as “/contact/”.

    Says so when the redirect will not work, for something is at that address.
    """

    redirect_link = forms.CharField(
        label=gettext_lazy("or to an address"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("An address of this site, such as /contact/, or of another one."),
    )

    def clean_redirect_link(self):
        typed = self.cleaned_data["redirect_link"].strip()
        own = typed.removeprefix(settings.SITE_URL)
        if not own.startswith("/"):
            return forms.URLField(required=False, assume_scheme="https").clean(typed)
        path = own.partition("?")[0].partition("#")[0]
        request = drafts.asking()
        if request and not (answers(request, path) or answers(request, f"{path.rstrip('/')}/")):
            raise forms.ValidationError(_("There is nothing at this address."))
        return own

    def _get_validation_exclusions(self):
        # The model takes whole addresses only; Redirect.link answers with whatever is there.
        return {*super()._get_validation_exclusions(), "redirect_link"}

    def save(self, commit=True):
        saved = super().save(commit)
        request = drafts.asking()
        if request and answers(request, f"{saved.old_path.partition('?')[0].rstrip('/')}/"):
            messages.warning(
                request,
                _(
                    "There is a page at %(path)s now. People are redirected from there once it is"
                    " gone."
                )
                % {"path": saved.old_path},
            )
        return saved


def normalise_path(original):
    """Wagtail's function, also for what people type: with the name of a site, or in capitals."""

    def normalise(url, decode_unicode=True):
        url = url.strip()
        host, slash, path = url.partition("/")
        is_ours = host.lower() == settings.SITE_URL.partition("://")[2]
        if host.lower().startswith("www.") or is_ours or (slash and "." in host):
            url = f"/{path}"
        path, mark, query = original(url, decode_unicode).partition("?")
        return f"{path.lower()}{mark}{query}"

    return normalise


def install():
    views.CreateView.form_class = views.EditView.form_class = RedirectForm
    views.CreateView.get_initial = _filled_in


def _filled_in(view):
    """The address that the list of addresses asked for in vain hands over."""
    return {"old_path": view.request.GET.get("old_path", "")[: lost.LONGEST]}
