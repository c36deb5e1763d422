"""A place in the menu for rows that nobody makes or deletes by hand."""

from wagtail.admin.viewsets.model import ModelViewSet


class ListViewSet(ModelViewSet):
    """Without the views in `absent`: nothing in the CMS leads to them."""

    absent = ("add", "edit", "delete", "history", "usage")

    def get_common_view_kwargs(self, **kwargs):
        nowhere = {f"{name}_url_name": None for name in self.absent}
        return super().get_common_view_kwargs(**nowhere, **kwargs)
