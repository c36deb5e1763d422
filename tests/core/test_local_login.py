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


def run():
    out = io.StringIO()
    call_command("local_login", stdout=out)
    name, password = out.getvalue().strip().split(" / ")
    return name, password


def test_the_printed_login_works(here, rf):
    name, password = run()
    user = authenticate(rf.get("/"), username=name, password=password)
    assert user.is_superuser
    assert here.read_text().strip() == password
    assert stat.S_IMODE(here.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(here):
    first = run()
    before = get_user_model().objects.get().password
    assert run() == first
    assert get_user_model().objects.get().password == before


def test_a_new_database_gets_the_login_again(here, rf):
    run()
    get_user_model().objects.all().delete()
    name, password = run()
    assert authenticate(rf.get("/"), username=name, password=password)


def test_other_installations_refuse_it():
    for command in ("local_login", "local_setup"):
        with pytest.raises(CommandError):
            call_command(command)
    assert not get_user_model().objects.exists()
