"""A1: every address of the site, asked for as everybody, against the written table."""

import pytest

from tests.access import addresses, asking, table, things
from tests.access.asking import (
    ANONYMOUS,
    IN,
    LOGIN,
    NO_GROUP,
    NO_SUCH_METHOD,
    NOT_THERE,
    ROLES,
    SUPERUSER,
)

pytestmark = pytest.mark.anywhere


HOW = """Not in the table: {routes}.
Write in tests/access/table.py who may come there, for instance
{lines}
and if a new kind of thing is in the address, make one in tests/access/things.py."""


# These lead to the login themselves.
TO_LOGIN = {"admin/login/", "wagtailadmin_login", "account_logout", "account_confirm_login_code"}
TO_LOGIN |= {"mfa_authenticate", "mfa_login_webauthn"}
METHODS = ("get", "post")


def allowed(address, method="get"):
    """What the table says: a set of groups, PUBLIC, ACCOUNT or NOBODY."""
    if address.name not in table.ADDRESSES:
        return table.NAMESPACES[address.namespace]
    who = table.ADDRESSES[address.name]
    return who[method == "post"] if isinstance(who, tuple) else who


def is_listed(address):
    return address.name in table.ADDRESSES or address.namespace in table.NAMESPACES


def is_of_wagtail(address):
    return address.name not in table.ADDRESSES or address.name.startswith("wagtail")


def of_the_cms():
    return [
        address
        for address in addresses.of_the_site()
        if is_listed(address) and _is_for_groups(address)
    ]


def _is_for_groups(address):
    return allowed(address) not in (table.PUBLIC, table.ACCOUNT)


def test_every_address_is_in_the_table():
    missing = [found for found in addresses.of_the_site() if not is_listed(found)]
    routes = ", ".join(found.route for found in missing)
    lines = "\n".join(f'    "{found.name}": OFFICE,' for found in missing)
    assert not missing, HOW.format(routes=routes, lines=lines)


def test_the_table_has_no_address_that_is_gone():
    names = {address.name for address in addresses.of_the_site()}
    assert set(table.ADDRESSES) - names == set()
    assert (
        set(table.NAMESPACES) - {address.namespace for address in addresses.of_the_site()} == set()
    )


def expected(address, role, method):
    """What may come of asking; an address that is not there tells nothing either."""
    who = allowed(address, method)
    if role in (ANONYMOUS, NO_GROUP):
        return {LOGIN}
    if who is not table.NOBODY and (role == SUPERUSER or role in who):
        return {IN, NOT_THERE, NO_SUCH_METHOD}
    return {asking.REFUSED, NOT_THERE, NO_SUCH_METHOD}


def is_asked(address, role, method):
    """Wagtail's editors stumble over an empty form, and its own tests say that they open."""
    let_in = IN in expected(address, role, method)
    return not (is_of_wagtail(address) and let_in and (method == "post" or role == SUPERUSER))


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize("role", ROLES)
def test_the_cms_is_as_the_table_says(quick, role):
    made, people = quick
    wrong = []
    for address in of_the_cms():
        path = things.path(made, address)
        for method in METHODS:
            if address.name == "wagtailadmin_error_test" or not is_asked(address, role, method):
                continue
            found = asking.ask(people[role], path, method)
            if found not in expected(address, role, method):
                wrong.append(f"{method} {address.name}: {found}")
    assert not wrong, f"{role} finds otherwise than the table says:\n" + "\n".join(wrong)


def test_what_the_table_lets_in_is_there(quick):
    """An address about a thing that is not there would be refused to nobody."""
    made, people = quick
    not_there = {
        address.name
        for address in of_the_cms()
        if not is_of_wagtail(address)
        and IN
        not in {
            asking.ask(people[SUPERUSER], things.path(made, address), method) for method in METHODS
        }
    }
    assert not_there - table.PERHAPS_NOT_WRITTEN == table.NOTHING_THERE


@pytest.mark.parametrize("kind", [table.PUBLIC, table.ACCOUNT])
def test_outside_the_cms(quick, client, kind):
    """Through the whole stack: allauth needs its middleware."""
    made, _people = quick
    wrong = []
    for address in addresses.of_the_site():
        if is_listed(address) and allowed(address) == kind:
            for method in METHODS:
                response = getattr(client, method)(things.path(made, address))
                if response.streaming:
                    b"".join(response.streaming_content)
                to_login = asking.outcome(response) == LOGIN and address.name not in TO_LOGIN
                if to_login != (kind == table.ACCOUNT):
                    wrong.append(f"{method} {address.name}: {response.status_code}")
    assert not wrong
