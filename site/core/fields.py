from wagtail.fields import StreamField as WagtailStreamField


class StreamField(WagtailStreamField):
    """A StreamField whose block definitions stay out of migrations.

    Rewording a label or adding a block then needs no migration. The price: a data migration
    sees the raw JSON and not the blocks.
    """

    def __init__(self, block_types=None, **kwargs):
        # Migrations rebuild the field without blocks; `block_lookup` belongs to Wagtail's own way.
        kwargs.pop("block_lookup", None)
        super().__init__(block_types if block_types is not None else [], **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
