from wagtail.admin.ui.components import Component

from home import translations

SHOWN = 5


class TranslationsPanel(Component):
    """On the start page of the CMS: translations that are out of date, as long as there are any."""

    name = "translations"
    order = 160
    template_name = "home/office/translations_panel.html"

    def get_context_data(self, parent_context):
        behind = translations.behind()
        return {"number": len(behind), "behind": behind[:SHOWN], "more": len(behind) - SHOWN}
