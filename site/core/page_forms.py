"""The form of every page in the CMS."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from wagtail.admin.forms.pages import WagtailAdminPageForm

from core import slugs


class PageForm(WagtailAdminPageForm):
    """Refuses a slug at which nobody would see the page, also of a page that is not there yet."""

    def clean(self):
        cleaned = super().clean()
        slug = cleaned.get("slug", self.instance.slug) or slugify(cleaned.get("title", ""))
        try:
            slugs.refuse_taken(slug, self.parent_page)
        except ValidationError as error:
            self.add_error("slug" if "slug" in self.fields else None, error.messages)
        return cleaned
