from itertools import groupby
from operator import attrgetter

from django.core.management.base import BaseCommand
from django.utils.translation import get_supported_language_variant
from wagtail.models import Locale

from home.first_content import inventory, root
from home.first_content.catalogues import Catalogue
from home.first_content.references import References


class Command(BaseCommand):
    help = "Writes what is to be translated of the first content to home/content/<language>/."

    def add_arguments(self, parser):
        parser.add_argument("language", type=get_supported_language_variant)

    def handle(self, *args, language, **options):
        source = Locale.get_default()
        references = References(root.default_site().root_page, source)
        found = sorted(inventory.all_items(source, references), key=attrgetter("catalogue"))
        for name, items in groupby(found, attrgetter("catalogue")):
            Catalogue(language, name).update_from(
                [instance for item in items for instance in item.find()]
            )
