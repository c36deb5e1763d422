"""A template engine that renders nothing: access is decided before, and it saves most time."""

from django.template.backends.base import BaseEngine
from django.template.base import Origin


class Unrendered:
    def __init__(self, name):
        self.name = name
        self.origin = Origin(name, name)

    def render(self, context=None, request=None):
        return ""


class Engine(BaseEngine):
    app_dirname = "templates"

    def __init__(self, params):
        params.pop("OPTIONS")
        super().__init__(params)

    def get_template(self, template_name):
        return Unrendered(template_name)


TEMPLATES = [{"BACKEND": "tests.access.unrendered.Engine", "NAME": "django"}]
