"""Wagtail-localize asks one right for all pages; here whoever translates may also edit the page."""

from django.core.exceptions import PermissionDenied
from wagtail.models import Page
from wagtail_localize.models import TranslationSource


class TranslatesOwnPages:
    """Middleware: only pages that this person may edit are submitted for translation.

    That holds for the pages below them too, where those are submitted along.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        pages = _submitted(request.resolver_match.view_name, kwargs)
        if pages and request.POST.get("include_subtree"):
            pages = [below for page in pages for below in page.get_descendants(inclusive=True)]
        for page in pages:
            if not page.permissions_for_user(request.user).can_edit():
                raise PermissionDenied


def _submitted(name, kwargs):
    if name == "wagtail_localize:submit_page_translation":
        return Page.objects.filter(pk=kwargs["page_id"])
    if name == "wagtail_localize:update_translations":
        source = TranslationSource.objects.filter(pk=kwargs["translation_source_id"]).first()
        key = source.object_id if source else None
        return Page.objects.filter(translation_key=key)
    return []
