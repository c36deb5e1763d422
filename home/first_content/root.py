from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from wagtail.models import Page, Site

from core.models import SiteSettings
from home.first_content import files
from home.models import HomePage

WELCOME = "Welcome to your new Wagtail site!"  # the title of the page that Wagtail's migration adds
PORTS = {"http": 80, "https": 443}


def default_site():
    """The default site; its address is set to SITE_URL. Raises CommandError if there is none."""
    found = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if found is None:
        raise CommandError("There is no default site. Make one in the CMS under Settings, Sites.")
    address = urlsplit(settings.SITE_URL)
    hostname, port = address.hostname, address.port or PORTS[address.scheme]
    if (found.hostname, found.port) != (hostname, port):
        found.hostname, found.port = hostname, port
        found.save()
    return found


def home_page(site, locale, ledger):
    """(home page of the default site, whether it is new).

    At the first load it replaces Wagtail's welcome page. Raises CommandError if the site begins
    with some other page.
    """
    page = site.root_page.specific
    if isinstance(page, HomePage):
        if not ledger.knows("page", "/"):
            ledger.add("page", "/")
        return page, False
    if not _is_welcome(page):
        raise CommandError(
            f"The site has another first page already, “{page.title}”. Nothing was loaded."
        )
    file = next(file for file in files.page_files(locale.language_code) if file.path == "/")
    home = _become_home(site.root_page, locale, file)
    ledger.add("page", "/")
    return home, True


def load_settings(site, language, ledger):
    """Fill in the settings that are empty, once; a visit may have created the row before us."""
    if ledger.knows("settings", "institute"):
        return
    row = SiteSettings.for_site(site)
    for name, value in files.read_file(language, "site")["settings"].items():
        if not getattr(row, name):
            setattr(row, name, value)
    row.save()
    ledger.add("settings", "institute")


def _is_welcome(page):
    untouched = page.title == WELCOME and page.latest_revision_id is None
    return type(page) is Page and untouched and page.is_leaf()


def _become_home(welcome, locale, file):
    """Turn the row of the welcome page into a HomePage, so that nothing has to be deleted."""
    home = HomePage(page_ptr=welcome)
    home._state.adding = False  # its row in the table of pages exists already
    for field in Page._meta.concrete_fields:
        setattr(home, field.attname, getattr(welcome, field.attname))
    home.content_type = ContentType.objects.get_for_model(HomePage)
    home.locale = locale
    for name, value in file.values.items():
        setattr(home, name, value)
    home.draft_title = home.title
    home.hero_heading = file.fields["hero_heading"]
    home.hero_text = file.fields["hero_text"]
    home.save()
    return home
