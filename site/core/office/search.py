"""What the big search of the CMS looks through beside pages, pictures and documents."""

from wagtail import hooks
from wagtail.admin.search import SearchArea

FIRST = 50  # before Wagtail's own, which begin at 100


class Area(SearchArea):
    """A list that can be searched, for whoever may see it."""

    def __init__(self, label, url, *, permission, icon, order):
        super().__init__(label, url, name=permission, icon_name=icon, order=order)
        self.permission = permission

    def is_shown(self, request):
        return request.user.has_perm(self.permission)


def register(label, url, *, permission, icon, order=FIRST):
    """Add the list at this address."""

    @hooks.register("register_admin_search_area")
    def area():
        return Area(label, str(url), permission=permission, icon=icon, order=order)
