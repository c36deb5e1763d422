from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField as WagtailStreamField


class StreamField(WagtailStreamField):
    """A StreamField whose block definitions stay out of migrations.

    So a reworded label or a new block needs no migration. The price is that a data migration sees
    raw JSON instead of blocks.
    """

    def __init__(self, block_types=None, **kwargs):
        # Migrations build the field without blocks. `block_lookup` is how Wagtail would pass them.
        kwargs.pop("block_lookup", None)
        super().__init__(block_types if block_types is not None else [], **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


def other_words_field():
    """Words that people search for and that the text does not have: only the search reads them."""
    return models.CharField(
        _("other words"),
        max_length=255,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "What people would type who look for this, if the text does not say it: “cancel”"
            " where you write “withdraw”. Readers do not see it."
        ),
    )
