from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from search import engine

PER_PAGE = 10


@require_safe
def search(request):
    query = engine.normalise(request.GET.get("q", ""))
    results = engine.search(query, Locale.get_active())
    page_obj = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "results": page_obj.object_list, "page_obj": page_obj}
    response = render(request, "search/search.html", context | {"total": len(results)})
    response["X-Robots-Tag"] = "noindex"  # there are endless addresses, one per query
    return response
