"""The drill: a backup while people sign up, more happens, and it is put back elsewhere.

The commands run as processes, as a person runs them; each test has databases of its own.
"""

import shutil
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from core.models import Restoration, User
from courses.domain import cancellations, forgetting, invariants, invoices, payments, subjects
from courses.domain.restoring import NUMBERS
from courses.models import Invoice, Payment, SignUp, StrayPayment
from mail.models import OutgoingMail
from mail.sending import send_due
from tests import caches, factories
from tests.databases import connected_to
from tests.load import servers

pytestmark = pytest.mark.slow

KEY = "made-up-for-the-drill-0123456789-abcdef"
PICTURE = b"a picture " * 40_000


@dataclass(frozen=True)
class Place:
    """An installation: its database, its folders and the environment of its commands."""

    name: str
    folder: Path
    env: dict

    def manage(self, *arguments, **given):
        return servers.manage(self.env | given, *arguments)


def place(url, folder, mollie):
    env = servers.environment(url, folder, 8000) | {
        "SECRET_KEY": configured.SECRET_KEY,
        "MOLLIE_API_KEY": "test_made-up-0123456789",
        "MOLLIE_API_URL": mollie.url,
        "MOLLIE_WEBHOOK_SECRET": configured.MOLLIE_WEBHOOK_SECRET,
        "BACKUP_KEY": KEY,
        "BACKUP_ROOT": str(configured.BACKUP_ROOT),
        "ERASURES_FILE": str(configured.ERASURES_FILE),
    }
    name = url.removeprefix("sqlite:///") if url.startswith("sqlite") else url.rpartition("/")[2]
    return Place(name, folder, env)


@pytest.fixture
def old(own_database, tmp_path, fake_mollie):
    """The installation that will be lost. `fresh_files` has put its folders into `tmp_path`."""
    factories.settings()
    return place(own_database, tmp_path, fake_mollie)


@pytest.fixture
def new(old, tmp_path, fake_mollie):
    """An empty one."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            url = f"sqlite:///{folder}/db.sqlite3"
        else:
            url = stack.enter_context(servers.empty_database(connection))
        yield place(url, folder, fake_mollie)


def back_up(old):
    done = old.manage("backup")
    assert done.returncode == 0, done.stderr
    return next(Path(configured.BACKUP_ROOT).glob("backup-*.rtb"))


def restore(new, path, **given):
    return new.manage("restore", str(path), **given)


def put_file(root, name, content=b"x"):
    path = Path(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def pay(sign_up, mollie):
    payment = payments.start(sign_up)
    mollie.set_status(payment.reference, "paid")
    return payment


def is_empty(new):
    code = "from core.backups.databases import is_empty; print(is_empty())"
    return new.manage("shell", "--verbosity", "0", "-c", code).stdout.strip() == "True"


def test_the_drill(old, new, fake_mollie):
    event = factories.event(capacity=500)
    paid, waiting, erased, neighbour = (factories.sign_up(event) for _ in range(4))
    payments.sync(pay(paid, fake_mollie))
    cancellations.cancel(erased, by=factories.user())
    put_file(configured.MEDIA_ROOT, "images/a.jpg", PICTURE)
    put_file(configured.PRIVATE_ROOT, "uploads/b.pdf", b"a diploma")
    queued = OutgoingMail.objects.filter(state="queued").count()
    assert queued > 4

    backup = back_up_during_traffic(old, event)
    ids, known = what_happens_afterwards(event, waiting, erased, fake_mollie)

    done = restore(new, backup)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (new.folder / "media/images/a.jpg").read_bytes() == PICTURE
    assert (new.folder / "private/uploads/b.pdf").read_bytes() == b"a diploma"
    with connected_to(new.name):
        nothing_is_mailed_twice()
        nobody_erased_is_back(erased, paid, neighbour)
        payments_made_since_wait_for_staff(fake_mollie)
        assert list(invariants.violations()) == []
        no_number_is_given_twice(event, ids, known)
        again = new.manage("after_restore")
        assert (again.returncode, again.stdout) == (0, "")
        assert Restoration.objects.get().finished_at
    caches.empty()


def back_up_during_traffic(old, event):
    over = threading.Event()

    def sign_people_up():
        while not over.wait(0.2):
            factories.sign_up(factories.again(event))
        connection.close()

    thread = threading.Thread(target=sign_people_up)
    thread.start()
    try:
        return back_up(old)
    finally:
        over.set()
        thread.join()


def what_happens_afterwards(event, waiting, erased, mollie):
    """Everything queued is sent, one is erased, one pays, one signs up and pays."""
    while send_due():
        pass
    by = User.objects.create_superuser("eigenaar")
    forgetting.forget(subjects.Subject("", (SignUp.objects.get(pk=erased.pk),)), by=by)
    payments.sync(pay(waiting, mollie))
    late = factories.sign_up(factories.again(event))
    payments.sync(pay(late, mollie))
    known = set(Invoice.objects.values_list("number", flat=True))
    assert len(known) == 3
    return set(SignUp.objects.values_list("pk", flat=True)), known


def nothing_is_mailed_twice():
    mail.outbox.clear()
    states = set(OutgoingMail.objects.values_list("state", flat=True))
    assert states <= {"parked", "sent", "failed"}
    assert OutgoingMail.objects.filter(state="parked").count() > 4
    assert (send_due(), mail.outbox) == (0, [])


def nobody_erased_is_back(erased, paid, neighbour):
    assert SignUp.objects.get(pk=erased.pk).forgotten_at
    assert SignUp.objects.get(pk=erased.pk).email == ""
    kept = SignUp.objects.filter(pk__in=[paid.pk, neighbour.pk], forgotten_at=None)
    assert kept.count() == 2
    assert not OutgoingMail.objects.filter(object_id=erased.pk).exclude(to="").exists()


def payments_made_since_wait_for_staff(mollie):
    """One of a person who is in the backup, one of somebody who is not."""
    known = set(Payment.objects.values_list("reference", flat=True))
    made_since = mollie.payments.keys() - known
    assert len(made_since) == 2
    assert set(StrayPayment.objects.values_list("reference", flat=True)) == made_since


def no_number_is_given_twice(event, ids, known):
    newcomer = factories.sign_up(factories.again(event))
    assert newcomer.pk > max(ids)
    Payment.objects.create(
        sign_up=newcomer,
        gateway=Payment.OFFICE,
        amount_cents=newcomer.price_cents,
        paid_cents=newcomer.price_cents,
        state="paid",
        created_at=timezone.now(),
        paid_at=timezone.now(),
    )
    SignUp.objects.filter(pk=newcomer.pk).update(state="cancelled", ended_at=timezone.now())
    with transaction.atomic():
        number = invoices.issue(newcomer).number
    assert number not in known
    assert int(number.partition("-")[2]) == NUMBERS + 2


# --- What is refused, and leaves nothing half --------------------------------------------------


def test_a_wrong_key_and_a_damaged_file_are_refused_and_change_nothing(old, new, tmp_path):
    put_file(configured.MEDIA_ROOT, "images/a.jpg", PICTURE)
    path = back_up(old)
    cut_off = tmp_path / "cut_off.rtb"
    cut_off.write_bytes(path.read_bytes()[:-100])
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    damaged = tmp_path / "damaged.rtb"
    damaged.write_bytes(changed)

    for done in (
        restore(new, path, BACKUP_KEY="another-made-up-key-0123456789-abcdef"),
        restore(new, path, BACKUP_KEY=""),
        restore(new, cut_off),
        restore(new, damaged),
        restore(new, tmp_path / "nowhere.rtb"),
    ):
        assert done.returncode == 1
        assert "Refused" in done.stderr
        assert KEY not in done.stderr + done.stdout
    assert not list(new.folder.rglob("*.jpg"))
    assert restore(new, path).returncode == 0


def test_a_place_with_anything_in_it_is_refused(old, new, own_database):
    event = factories.event()
    person = factories.sign_up(event)
    path = back_up(old)
    into_itself = restore(old, path)
    put_file(new.folder / "media", "images/other.jpg")
    beside_a_file = restore(new, path)
    shutil.rmtree(new.folder / "media")

    assert (into_itself.returncode, beside_a_file.returncode) == (1, 1)
    assert "not empty" in into_itself.stderr
    assert SignUp.objects.get().pk == person.pk
    assert new.manage("migrate", "--verbosity", "0").returncode == 0
    assert is_empty(new)
    assert restore(new, path).returncode == 0
    assert not is_empty(new)
    assert restore(new, path).returncode == 1
