"""Everybody of the staff chooses which columns a list has, on the screen and in its exports."""

from dataclasses import dataclass

from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request, set_query_params

from courses.models import ColumnChoice
from courses.office.pages import OfficeView


@dataclass(frozen=True)
class Link:
    """Where somebody may want to go from a list."""

    label: str
    url: str
    icon: str


class ChosenFields:
    """The fields of one list that one person may see, and which of them that person wants."""

    def __init__(self, user, listing, fields, default):
        self.user = user
        self.listing = listing
        self.default = default
        self.fields = [
            field for field in fields if not field.permission or user.has_perm(field.permission)
        ]

    @cached_property
    def names(self):
        kept = ColumnChoice.objects.filter(user=self.user, listing=self.listing).first()
        return set(kept.columns if kept else self.default)

    @cached_property
    def chosen(self):
        """In the order of the list; instead of a field with parts, its parts."""
        found = (field for field in self.fields if field.name in self.names)
        return [part for field in found for part in (field.parts() or _itself(field))]

    def choose(self, names):
        known = [field.name for field in self.fields if field.name in names]
        ColumnChoice.objects.update_or_create(
            user=self.user, listing=self.listing, defaults={"columns": known}
        )

    def restore(self):
        ColumnChoice.objects.filter(user=self.user, listing=self.listing).delete()


def _itself(field):
    return (field,) if field.value else ()


class ChosenColumnsMixin:
    """For a listing with `title_column`, `chosen_fields` and an address to choose them.

    What is chosen is what is exported.
    """

    title_column = None
    columns_url = ""

    @cached_property
    def chosen_fields(self):
        """The `ChosenFields` of this list and whoever looks at it."""
        raise NotImplementedError

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.list_export = [self.title_column.name, *self.values]
        self.export_headings = {self.title_column.name: self.title_column.label} | {
            field.name: field.label for field in self.chosen_fields.chosen
        }

    @cached_property
    def values(self):
        return {field.name: field.value for field in self.chosen_fields.chosen}

    @cached_property
    def columns(self):
        return [self.title_column, *(field.as_column() for field in self.chosen_fields.chosen)]

    def to_row_dict(self, item):
        row = {name: value(item) for name, value in self.values.items()}
        return {self.title_column.name: self.title_column.get_value(item)} | row

    @cached_property
    def links(self):
        """Above the list; without JavaScript too, and on a phone."""
        url = set_query_params(self.columns_url, {"next": self.request.get_full_path()})
        return [Link(_("Choose columns"), url, "table")]


class ChooseColumnsView(OfficeView):
    """A box for each column. POST keeps the choice for this person, or restores the usual ones."""

    permission_required = "view"
    page_title = gettext_lazy("Choose columns")
    template_name = "courses/office/choose_columns.html"
    http_method_names = ["get", "post"]

    chosen_fields = ChosenColumnsMixin.chosen_fields
    list_url = ""

    def post(self, request, *args, **kwargs):
        if "restore" in request.POST:
            self.chosen_fields.restore()
            messages.success(request, _("The list has its usual columns again."))
        else:
            self.chosen_fields.choose(request.POST.getlist("column"))
            messages.success(request, _("Your columns have been saved."))
        return redirect(self.next_url)

    @property
    def next_url(self):
        return get_valid_next_url_from_request(self.request) or self.list_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            boxes=[
                {"field": field, "is_chosen": field.name in self.chosen_fields.names}
                for field in self.chosen_fields.fields
            ],
            next_url=self.next_url,
            **kwargs,
        )
