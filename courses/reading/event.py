"""One course event as its readers see it: the facts of the page, and how full it is now."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.functional import cached_property

from courses.models import CourseEventPage, CoursePage, Roster, SignUp, SignUpPage
from courses.reading.availability import Availability, from_calendar, from_seats
from courses.values.days import days_between, days_in_words
from courses.values.part_names import NamedPart


@dataclass(frozen=True)
class Part(NamedPart):
    """Days that belong together in one place, with the seats that are `free` and `taken` now.

    `number` counts from 1 in the order of the days.
    """

    key: uuid.UUID
    number: int
    label: str
    first_day: datetime.date
    last_day: datetime.date
    starts_at: datetime.time | None
    ends_at: datetime.time | None
    place: str
    venue: str
    address: str
    open_to_alumni: bool
    free: int
    taken: int = 0

    @property
    def days_in_words(self) -> str:
        return days_in_words([(self.first_day, self.last_day)])

    @property
    def days(self) -> list[datetime.date]:
        return days_between(self.first_day, self.last_day)


@dataclass(frozen=True)
class Event:
    """`page` and `course` are in the reader's language; `facts` is the source-language page.

    `roster` is None until the page is first published. `capacity` and `few_places` count seats.
    Methods with a `kind` take a `SignUp.Kind`: alumni come to some of the parts only.
    """

    page: CourseEventPage
    facts: CourseEventPage
    course: CoursePage
    roster: Roster | None
    parts: tuple[Part, ...]
    capacity: int
    few_places: int
    find_forms: Callable[[], dict[str, dict[str, SignUpPage]]]  # {path of a course: {kind: form}}

    @property
    def roster_id(self) -> int | None:
        return self.roster.pk if self.roster else None

    @property
    def sign_up_pages(self) -> dict[str, SignUpPage]:
        """{kind: its form} of the course."""
        return self.find_forms().get(self.course.path, {})

    def with_form(self, page: SignUpPage) -> "Event":
        """The same event, whose only form is this page, which was loaded before."""
        return replace(self, find_forms=lambda: {self.course.path: {page.kind: page}})

    @property
    def code(self) -> str:
        return self.facts.code

    @property
    def title(self) -> str:
        """The page's title; for a date without a translation one made of the translated course."""
        if self.page.alias_of_id is None or self.page.pk == self.facts.pk:
            return self.page.title
        return ", ".join([self.course.title, *self.places[:1]])

    @cached_property
    def url(self) -> str:
        """The URL of the page, without the domain where that is the site's own."""
        return self.page.url

    @property
    def audience(self) -> str:
        """For whom the course is: this date's own text, or else the course's."""
        return self.facts.audience or self.course.audience

    @property
    def minimum(self) -> int:
        """How many participants it takes for the date to go ahead without a doubt."""
        return self.facts.minimum or self.course.minimum

    @property
    def first_day(self) -> datetime.date | None:
        """None only for a draft without parts."""
        return self.facts.first_day

    @property
    def last_day(self) -> datetime.date | None:
        return self.facts.last_day

    @property
    def is_coming(self) -> bool:
        """Whether its first day is today or later."""
        return self.first_day is not None and self.first_day >= timezone.localdate()

    @property
    def is_running(self) -> bool:
        """Whether today lies between its first and its last day."""
        if self.first_day is None or self.last_day is None:
            return False
        return self.first_day <= timezone.localdate() <= self.last_day

    @cached_property
    def days_in_words(self) -> str:
        return days_in_words([(part.first_day, part.last_day) for part in self.parts])

    @property
    def number_of_days(self) -> int:
        """How many days the whole course has."""
        return sum(len(part.days) for part in self.parts)

    @property
    def places(self) -> list[str]:
        """The towns of the parts, each once, in order."""
        return list(dict.fromkeys(part.place for part in self.parts if part.place))

    @property
    def is_going_ahead(self) -> bool:
        return self.roster is not None and self.roster.state == Roster.State.GOING_AHEAD

    @property
    def price_cents(self) -> int | None:
        """The price of the whole course."""
        return self.price_for(SignUp.Kind.COURSE)

    def price_for(self, kind: str) -> int | None:
        """Cents per person; None when the office still has to set the price."""
        if kind == SignUp.Kind.ALUMNI:
            return self.course.alumni_price_cents
        if self.facts.price_cents is not None:
            return self.facts.price_cents
        return self.course.price_cents

    def parts_for(self, kind: str) -> tuple[Part, ...]:
        """The parts to which a sign-up of this kind comes, in order."""
        if kind == SignUp.Kind.ALUMNI:
            return tuple(part for part in self.parts if part.open_to_alumni)
        return self.parts

    def days_in_words_for(self, kind: str) -> str:
        spans = [(part.first_day, part.last_day) for part in self.parts_for(kind)]
        return days_in_words(spans)

    def free_for(self, kind: str) -> int:
        """The number of seats free in the fullest of their parts."""
        return min((part.free for part in self.parts_for(kind)), default=0)

    @cached_property
    def availability(self) -> Availability:
        """The availability for the whole course."""
        return self.availability_for(SignUp.Kind.COURSE)

    def availability_for(self, kind: str) -> Availability:
        """Whether people of this kind can sign up now, and if not, why."""
        parts = self.parts_for(kind)
        if self.roster is None or not parts:
            return Availability.CLOSED
        opens, closes = self.facts.sign_up_opens, self.facts.sign_up_closes
        if kind == SignUp.Kind.ALUMNI:
            opens, closes = None, None  # these two concern the course as a whole
        decided = from_calendar(
            roster_state=self.roster.state,
            first_day=parts[0].first_day,
            last_day=parts[-1].last_day,
            opens=opens,
            closes=closes,
            now=timezone.now(),
            today=timezone.localdate(),
        )
        return decided or from_seats(
            self.free_for(kind),
            few_places=self.few_places,
            override=self.roster.availability_override,
        )

    @property
    def can_sign_up(self) -> bool:
        """Whether the whole course is open for sign-up and has a form."""
        return self.availability.is_open and bool(self.sign_up_url)

    @cached_property
    def sign_up_url(self) -> str:
        """The form for the whole course, or an empty string where there is none."""
        return self.sign_up_url_for(SignUp.Kind.COURSE)

    @cached_property
    def alumni_sign_up_url(self) -> str:
        """The form for the return day, or an empty string while alumni cannot join it."""
        if not self.availability_for(SignUp.Kind.ALUMNI).is_open:
            return ""
        return self.sign_up_url_for(SignUp.Kind.ALUMNI)

    def sign_up_url_for(self, kind: str) -> str:
        """The URL of the form for this event, or an empty string where there is no such form."""
        page = self.sign_up_pages.get(kind)
        return page.url_for(self.code) if page and self.facts.live else ""
