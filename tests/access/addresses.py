"""Every address of the site, read from the URL resolver."""

import re
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, get_resolver


@dataclass(frozen=True)
class Address:
    """`name` with its namespaces, or the route if it has none; `route` as written in the code."""

    name: str
    route: str
    arguments: tuple[str, ...]  # names, or numbers where the pattern has none

    @property
    def namespace(self):
        return self.name.rpartition(":")[0]


@cache
def site_addresses():
    """[Address] of every URL pattern of the site."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver, route, namespaces):
    for found in resolver.url_patterns:
        longer = route + str(found.pattern)
        if isinstance(found, URLPattern):
            name = ":".join([*namespaces, found.name]) if found.name else longer
            yield Address(name, longer, _arguments(longer))
        else:
            yield from _walk(found, longer, (*namespaces, *filter(None, [found.namespace])))


def _arguments(route):
    """The arguments of a path (`<int:pk>`) or of an expression (`(?P<pk>…)`, or just `(…)`)."""
    named = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if named:
        return tuple(named)
    return tuple(str(number) for number in range(len(re.findall(r"\((?!\?)", route))))
