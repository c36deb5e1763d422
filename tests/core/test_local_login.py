import io
import stat

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings, tmp_path):
    settings.LOCAL_INSTALLATION = True
    settings.VAR_DIR = tmp_path
    return tmp_path / "local-login.txt"


def told():
    out = io.StringIO()
    call_command("local_login", stdout=out)
    name, password = out.getvalue().strip().split(" / ")
    return name, password


def test_it_makes_a_login_that_works(here, rf):
    name, password = told()
    user = authenticate(rf.get("/"), username=name, password=password)
    assert user.is_superuser
    assert here.read_text().strip() == password
    assert stat.S_IMODE(here.stat().st_mode) == 0o600


def test_a_second_time_changes_nothing(here):
    first = told()
    before = get_user_model().objects.get().password
    assert told() == first
    assert get_user_model().objects.get().password == before


def test_a_new_database_gets_the_login_again(here, rf):
    told()
    get_user_model().objects.all().delete()
    name, password = told()
    assert authenticate(rf.get("/"), username=name, password=password)


def test_anywhere_else_it_is_refused():
    for command in ("local_login", "local_setup"):
        with pytest.raises(CommandError):
            call_command(command)
    assert not get_user_model().objects.exists()
