from django.conf import settings
from django.core.checks import Error, register


@register()
def seats_are_guarded(app_configs, **kwargs):
    if settings.SEAT_GUARD or getattr(settings, "TESTING", False):
        return []
    return [Error("SEAT_GUARD is off: seats would be sold twice.", id="courses.E001")]
