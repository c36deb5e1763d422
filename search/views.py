from django.apps import apps
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from search import engine, missed

PER_PAGE = 10
SECONDS = 60


@require_safe
def search(request):
    query = engine.normalise(request.GET.get("q", ""))
    found = engine.search(query, Locale.get_active())
    if query and found.is_missed and request.method == "GET":
        missed.note(query, get_language())
    page_obj = Paginator(found.listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "found": found,
        "results": found.results(page_obj.object_list),
        "page_obj": page_obj,
        "total": 0 if found.is_missed else len(found.hits),
        "ask_url": _ask_url(query),
    }
    return _unlisted(render(request, "search/search.html", context))


@require_safe
def suggestions(request):
    """The titles that fit what somebody has typed so far, as JSON: [{title, url}]."""
    query = engine.normalise(request.GET.get("q", ""))
    found = engine.suggestions(query, Locale.get_active())
    response = JsonResponse([{"title": title, "url": url} for title, url in found], safe=False)
    patch_cache_control(response, public=True, max_age=SECONDS)
    return _unlisted(response)


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex"  # there are endless addresses, one per query
    return response


def _ask_url(query):
    """The contact form with the words of the query in it; empty if there is no such page."""
    model = apps.get_model("home.ContactPage")  # by name: home stands beside search
    page = model.objects.live().public().filter(locale=Locale.get_active()).first()
    return f"{page.url}?{urlencode({'vraag': query})}" if page else ""
