from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from core import errors
from core.icons import IconView, manifest
from core.media import image
from core.sitemap import robots_txt, sitemap_xml
from courses.views import payments
from home.llms import llms_txt

# Staff log in through allauth only: Wagtail's own login has no second factor.
to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)
to_reset = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    path("robots.txt", robots_txt),
    path("sitemap.xml", sitemap_xml),
    path("llms.txt", llms_txt, name="llms"),
    path("favicon.ico", IconView.as_view(file="favicon.ico"), name="favicon"),
    path("apple-touch-icon.png", IconView.as_view(file="apple-touch-icon.png"), name="touch_icon"),
    path("site.webmanifest", manifest, name="manifest"),
    path("admin/login/", to_login),
    re_path(r"^admin/password_reset/", to_reset),
    path("admin/", include(wagtailadmin_urls)),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<path:path>", image),
    path("webhooks/mail/", include("mail.urls")),
    path("webhooks/mollie/<str:secret>/", payments.webhook, name="payment_webhook"),
]

urlpatterns += i18n_patterns(
    path("", include("courses.urls")),
    path("", include("search.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
