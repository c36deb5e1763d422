"""Names of parts, so that a date that staff add is readable in every language at once."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class NamedPart:
    """For classes with a `label` (may be empty), `first_day`, `last_day`, `open_to_alumni`."""

    @property
    def name(self):
        """The label that staff wrote, or else the kind of part in the active language."""
        if self.label:
            return self.label
        if self.open_to_alumni:
            return _("Return day")
        days = ((self.last_day or self.first_day) - self.first_day).days + 1
        return ngettext("Course day", "Course days", days)
