"""Every address of the site, requested in every role, against the table."""

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
Add to tests/access/table.py which groups may open it, for instance
{lines}
and if the address has a new kind of argument, add an object for it to tests/access/things.py."""


# These redirect to the login on purpose.
TO_LOGIN = {"admin/login/", "wagtailadmin_login", "account_logout", "account_confirm_login_code"}
TO_LOGIN |= {"mfa_authenticate", "mfa_login_webauthn"}
METHODS = ("get", "post")


def allowed(address, method="get"):
    """Who may open the address: a set of groups, PUBLIC, ACCOUNT or NOBODY."""
    if address.name not in table.ADDRESSES:
        return table.NAMESPACES[address.namespace]
    who = table.ADDRESSES[address.name]
    return who[method == "post"] if isinstance(who, tuple) else who


def is_listed(address):
    return address.name in table.ADDRESSES or address.namespace in table.NAMESPACES


def is_wagtails(address):
    return address.name not in table.ADDRESSES or address.name.startswith("wagtail")


def cms_addresses():
    return [
        address
        for address in addresses.site_addresses()
        if is_listed(address) and _is_for_groups(address)
    ]


def _is_for_groups(address):
    return allowed(address) not in (table.PUBLIC, table.ACCOUNT)


def test_every_address_is_in_the_table():
    missing = [found for found in addresses.site_addresses() if not is_listed(found)]
    routes = ", ".join(found.route for found in missing)
    lines = "\n".join(f'    "{found.name}": OFFICE,' for found in missing)
    assert not missing, HOW.format(routes=routes, lines=lines)


def test_every_address_in_the_table_exists():
    names = {address.name for address in addresses.site_addresses()}
    namespaces = {address.namespace for address in addresses.site_addresses()}
    assert set(table.ADDRESSES) - names == set()
    assert set(table.NAMESPACES) - namespaces == set()


def expected(address, role, method):
    """The outcomes that are right; an address that is not found reveals nothing either."""
    who = allowed(address, method)
    if role in (ANONYMOUS, NO_GROUP):
        return {LOGIN}
    if who is not table.NOBODY and (role == SUPERUSER or role in who):
        return {IN, NOT_THERE, NO_SUCH_METHOD}
    return {asking.REFUSED, NOT_THERE, NO_SUCH_METHOD}


def is_asked(address, role, method):
    """Wagtail's editors fail on an empty form, and that they open is tested by Wagtail itself."""
    let_in = IN in expected(address, role, method)
    return not (is_wagtails(address) and let_in and (method == "post" or role == SUPERUSER))


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
@pytest.mark.parametrize("role", ROLES)
def test_the_cms_opens_as_the_table_says(quick, role):
    made, people = quick
    wrong = []
    for address in cms_addresses():
        path = things.path(made, address)
        for method in METHODS:
            if address.name == "wagtailadmin_error_test" or not is_asked(address, role, method):
                continue
            found = asking.ask(people[role], path, method)
            if found not in expected(address, role, method):
                wrong.append(f"{method} {address.name}: {found}")
    assert not wrong, f"{role} does not get what the table says:\n" + "\n".join(wrong)


def test_every_address_of_ours_opens_for_a_superuser(quick):
    """Otherwise a wrong argument could hide that an address is open to everybody."""
    made, people = quick
    not_there = {
        address.name
        for address in cms_addresses()
        if not is_wagtails(address)
        and IN
        not in {
            asking.ask(people[SUPERUSER], things.path(made, address), method) for method in METHODS
        }
    }
    assert not_there - table.PERHAPS_NOT_WRITTEN == table.NOTHING_THERE


@pytest.mark.parametrize("kind", [table.PUBLIC, table.ACCOUNT])
def test_addresses_outside_the_cms_ask_for_a_login_as_the_table_says(quick, client, kind):
    """Through the whole stack, because allauth needs its middleware."""
    made, _people = quick
    wrong = []
    for address in addresses.site_addresses():
        if is_listed(address) and allowed(address) == kind:
            for method in METHODS:
                response = getattr(client, method)(things.path(made, address))
                if response.streaming:
                    b"".join(response.streaming_content)
                to_login = asking.outcome(response) == LOGIN and address.name not in TO_LOGIN
                if to_login != (kind == table.ACCOUNT):
                    wrong.append(f"{method} {address.name}: {response.status_code}")
    assert not wrong
