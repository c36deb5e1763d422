"""What a person fills in to sign up, as the domain takes it."""

import hashlib
import unicodedata
import uuid
from dataclasses import dataclass, field

from courses.values.countries import HOME


@dataclass(frozen=True)
class Given:
    """An answer to one of the institute's own questions."""

    key: str
    question: str
    value: str = ""
    upload_id: int | None = None
    field_type: str = ""


@dataclass(frozen=True)
class Buyer:
    """The invoice data on the form."""

    street: str
    postcode: str
    city: str
    country: str = HOME
    organisation: str = ""
    reference: str = ""
    email: str = ""


@dataclass(frozen=True)
class Application:
    """What a person filled in.

    `consents` are pairs (text shown, whether it was ticked); `swap_wishes` are ids of rosters.
    """

    first_name: str
    last_name: str
    email: str
    phone: str
    admission: str
    infix: str = ""
    motivation: str = ""
    certificate_code: str = ""
    for_work: bool = False
    remarks: str = ""
    swap_wishes: tuple[int, ...] = ()
    buyer: Buyer | None = None
    answers: tuple[Given, ...] = ()
    consents: tuple[tuple[str, bool], ...] = ()

    @property
    def person_key(self) -> str:
        """Equal for applications of the same person."""
        return person_key(self.first_name, self.infix, self.last_name, self.email)


@dataclass(frozen=True)
class Agreement:
    """What the person agreed to: kind, language and terms, frozen on the sign-up."""

    kind: str
    language: str
    terms_version: str = ""
    idempotency_key: uuid.UUID = field(default_factory=uuid.uuid4)


def person_key(*words: str) -> str:
    """Identifies a person by name and e-mail address, in whatever spacing, case or composition."""
    written = unicodedata.normalize("NFKC", " ".join(words)).casefold().split()
    return hashlib.sha256(" ".join(written).encode()).hexdigest()
