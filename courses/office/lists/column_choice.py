"""Each member of staff chooses the columns of a list, on the screen and in its exports."""

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
    """A link above a list."""

    label: str
    url: str
    icon: str


class ChosenFields:
    """The fields of a list that one user may see, and which of them this user has chosen."""

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
        """The chosen fields in the order of the list; a field with parts is replaced by those."""
        found = (field for field in self.fields if field.name in self.names)
        return [part for field in found for part in (field.parts() or _unless_empty(field))]

    def choose(self, names):
        known = [field.name for field in self.fields if field.name in names]
        ColumnChoice.objects.update_or_create(
            user=self.user, listing=self.listing, defaults={"columns": known}
        )

    def restore(self):
        ColumnChoice.objects.filter(user=self.user, listing=self.listing).delete()


def _unless_empty(field):
    return (field,) if field.value else ()


class ChosenColumnsMixin:
    """For a listing with a `title_column` and `chosen_fields`, which are exported too."""

    title_column = None
    columns_url = ""

    @cached_property
    def chosen_fields(self):
        """The `ChosenFields` of this list and user."""
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
        """Above the list, so that they work on a phone and without JavaScript."""
        url = set_query_params(self.columns_url, {"next": self.request.get_full_path()})
        return [Link(_("Choose columns"), url, "table")]


class ChooseColumnsView(OfficeView):
    """A box for each column. POST saves the choice of this user, or restores the default."""

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
