from django.urls import include, path
from wagtail import hooks

from search import office

hooks.register("register_reports_menu_item", office.menu_item)


@hooks.register("register_admin_urls")
def urls():
    return [path("reports/searched-in-vain/", include((office.urlpatterns, "missed")))]
