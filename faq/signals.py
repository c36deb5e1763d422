"""What is cached of the questions is read anew after a change."""

from django.db.models.signals import post_delete, post_save

from core.once import forget
from faq.models import FaqQuestion

for _change in (post_save, post_delete):
    _change.connect(forget, sender=FaqQuestion)
