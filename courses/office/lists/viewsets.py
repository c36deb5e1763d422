"""A menu item with a list of rows that the site itself writes."""

from django.contrib.auth.models import Permission
from django.urls import path
from django.utils.functional import cached_property
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from core.folding import FoldedSearchMixin


class ListView(FoldedSearchMixin, IndexView):
    any_permission_required = ["view"]
    is_searchable = True
    nothing_yet = ""  # shown instead of an empty list
    nothing_found = ""  # shown when a search or a filter leaves nothing

    @cached_property
    def no_results_message(self):
        return self.nothing_found if self.is_searching or self.is_filtering else self.nothing_yet


class ListViewSet(ModelViewSet):
    """A view set without the views in `absent`, to which nothing leads.

    `rights` are the codenames of the permissions that can be ticked in the groups of the CMS.
    """

    absent = ("add", "edit", "delete", "history", "usage")
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 50
    rights = ()

    def get_common_view_kwargs(self, **kwargs):
        nowhere = {f"{name}_url_name": None for name in self.absent}
        return super().get_common_view_kwargs(**nowhere, **kwargs)

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="courses", codename__in=self.rights
        )

    def register_admin_url_finder(self):
        if "edit" not in self.absent:
            super().register_admin_url_finder()
