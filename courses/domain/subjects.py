"""Data subjects (GDPR): a person with all data that we have about them, found by e-mail address.

Two people may share an address, and a sign-up may pass to a colleague. So a subject is an address
with the sign-ups that staff say are this person's; of a sign-up that changed hands only the time in
which it was theirs counts. The institute's own addresses are on all mail and belong to no subject.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from core.models import SiteSettings
from courses.domain.people import SUBSTITUTED
from courses.models import BuyerDetails, Change, DateAlert, SignUp
from mail.models import OutgoingMail

TO_THE_BUYER = "buyer_"  # the beginning of the kinds of mail to the buyer
TO_THE_OFFICE = "office_"  # and of those to the office
PERHAPS_TO_THE_BUYER = ("refunded", "payment_not_placed")
_TO_THE_PERSON = ~(
    Q(kind__startswith=TO_THE_BUYER)
    | Q(kind__startswith=TO_THE_OFFICE)
    | Q(kind__in=PERHAPS_TO_THE_BUYER)
)


@dataclass(frozen=True)
class Holding:
    """A sign-up for the time in which it was, or is, this person's.

    `since` is None if it was theirs from the beginning, `until` is None if it is theirs now.
    """

    sign_up: SignUp
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_former(self) -> bool:
        return self.until is not None

    def within(self, name: str) -> Q:
        """A filter for rows whose moment in the field `name` falls within this time."""
        found = Q()
        if self.since:
            found &= Q(**{f"{name}__gte": self.since})
        if self.until:
            found &= Q(**{f"{name}__lt": self.until})
        return found


@dataclass(frozen=True)
class Subject:
    """A person: their own sign-ups, newest first, and their e-mail address in lower case.

    The address is empty if it was removed or is one of the institute's.
    """

    address: str
    sign_ups: tuple[SignUp, ...] = field(default=())

    @property
    def name(self) -> str:
        """The name on their latest sign-up; empty without one."""
        return self.sign_ups[0].full_name if self.sign_ups else ""

    @property
    def ids(self) -> list[int]:
        """The ids of their own sign-ups."""
        return [sign_up.pk for sign_up in self.sign_ups]

    def in_order_of_locks(self) -> list[SignUp]:
        """The sign-ups in the order in which they must be locked."""
        return sorted(self.sign_ups, key=lambda sign_up: (sign_up.roster_id, sign_up.pk))

    @cached_property
    def holdings(self) -> list[Holding]:
        """Their own sign-ups, and those that were theirs until a colleague took over."""
        changed = _substitutions([*self.ids, *self._written_about])
        own = [
            Holding(taken, since=max(changed.get(taken.pk, []), default=None))
            for taken in self.sign_ups
        ]
        return own + list(self._former(changed))

    def mails(self) -> QuerySet[OutgoingMail]:
        """The mails to this person, also to former addresses while a sign-up was theirs."""
        at_the_address = Q(to__iexact=self.address) if self.address else Q(pk=None)
        found = at_the_address & Q(object_id=None)
        for holding in self.holdings:
            about = _about([holding.sign_up.pk]) & holding.within("created_at")
            found |= about & (at_the_address | _TO_THE_PERSON)
        return OutgoingMail.objects.filter(found)

    def written(self) -> QuerySet[OutgoingMail]:
        """The mails that this person sent to the office through the site."""
        if not self.address:
            return OutgoingMail.objects.none()
        return OutgoingMail.objects.filter(reply_to__iexact=self.address, object_id=None)

    def mails_elsewhere(self) -> QuerySet[OutgoingMail]:
        """All mails with this address, except those about sign-ups of others who share it now."""
        if not self.address:
            return OutgoingMail.objects.none()
        others = SignUp.objects.filter(email__iexact=self.address).exclude(pk__in=self.ids)
        theirs = others.values_list("pk", flat=True)
        wrote = Q(object_id=None) | Q(kind__startswith=TO_THE_OFFICE)
        named = Q(to__iexact=self.address) | (Q(reply_to__iexact=self.address) & wrote)
        return OutgoingMail.objects.filter(named).exclude(_about(list(theirs)))

    def paying_for(self) -> QuerySet[BuyerDetails]:
        """The buyers of other people's sign-ups with this address."""
        if not self.address:
            return BuyerDetails.objects.none()
        return BuyerDetails.objects.filter(email__iexact=self.address).exclude(sign_up__in=self.ids)

    def date_alerts(self) -> QuerySet[DateAlert]:
        """Their requests to hear of new dates."""
        if not self.address:
            return DateAlert.objects.none()
        return DateAlert.objects.filter(email__iexact=self.address)

    def _to_address(self) -> QuerySet[OutgoingMail]:
        if not self.address:
            return OutgoingMail.objects.none()
        return OutgoingMail.objects.filter(to__iexact=self.address)

    @cached_property
    def _written_about(self) -> list[int]:
        """The ids of other sign-ups about which this address got mails to the participant."""
        mails = self._to_address().filter(content_type=_sign_up_type())
        mails = mails.exclude(object_id__in=self.ids).exclude(kind__startswith=TO_THE_BUYER)
        ids = mails.order_by().values_list("object_id", flat=True).distinct()
        return [pk for pk in ids if pk is not None]

    def _former(self, changed: Mapping[int, list[datetime]]) -> Iterator[Holding]:
        mails = self._to_address().exclude(kind__startswith=TO_THE_BUYER)
        for sign_up in SignUp.objects.select_related("roster").filter(pk__in=self._written_about):
            bounds = [None, *changed.get(sign_up.pk, [])]
            for since, until in pairwise(bounds):
                holding = Holding(sign_up, since, until)
                about = _about([sign_up.pk]) & holding.within("created_at")
                if mails.filter(about).exists():
                    yield holding


def sign_ups_at_address_of(sign_up: SignUp) -> tuple[list[SignUp], list[SignUp]]:
    """All sign-ups with the address of this one: (those with the same name, the others)."""
    if not sign_up.email:
        return [sign_up], []
    rows = SignUp.objects.select_related("roster").filter(email__iexact=sign_up.email)
    found = list(rows.order_by("-created_at"))
    name = sign_up.full_name.casefold()
    same = [other for other in found if other.full_name.casefold() == name]
    return same, [other for other in found if other not in same]


def find_subject(address: str, sign_up_ids: Iterable[int]) -> Subject:
    """The subject with this address and these sign-ups."""
    address = "" if _is_of_the_institute(address) else address.lower()
    found = SignUp.objects.select_related("roster").filter(pk__in=sign_up_ids)
    return Subject(address, tuple(found.order_by("-created_at")))


def reload(former: Subject) -> Subject:
    """The same subject, with the present state of their sign-ups."""
    return find_subject(former.address, former.ids)


def _is_of_the_institute(address: str) -> bool:
    ours = SiteSettings.current()
    return address.lower() in {ours.email.lower(), ours.office_address.lower()}


def _substitutions(sign_up_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """{sign-up id: the moments at which it went to a colleague, in order}."""
    changes = Change.objects.filter(sign_up__in=sign_up_ids, note=SUBSTITUTED)
    found: dict[int, list[datetime]] = {}
    for sign_up_id, at in changes.order_by("at", "pk").values_list("sign_up", "at"):
        found.setdefault(sign_up_id, []).append(at)
    return found


def _sign_up_type() -> ContentType:
    return ContentType.objects.get_for_model(SignUp)


def _about(sign_up_ids: Sequence[int]) -> Q:
    return Q(content_type=_sign_up_type(), object_id__in=sign_up_ids)
