"""A bounded load client: visitors who fill in the form like a browser, each with its own IP."""

import asyncio
import html
import re
import time
from dataclasses import dataclass

import httpx

TIMEOUT = 60
AT_ONCE = 12  # how many open or check the form at once; the race itself has no bound

INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """A response of the server: status (0: no response), location, text and seconds."""

    status: int
    location: str = ""
    text: str = ""
    seconds: float = 0.0
    error: str = ""


class Visitor:
    """One person with one browser. `details` is what they type into the form."""

    def __init__(self, number, base, path, details):
        self.path = path
        self.details = details
        self.hidden = {}
        self.browser = httpx.AsyncClient(
            base_url=base,
            timeout=TIMEOUT,
            transport=httpx.AsyncHTTPTransport(
                # Linux responds on all of 127/8, so each visitor can have an IP address of its own.
                local_address=f"127.10.{number // 200}.{number % 200 + 1}",
                # A browser opens a new connection when its old one was closed; here always.
                limits=httpx.Limits(max_keepalive_connections=0),
            ),
        )

    async def open_form(self):
        answer = await self._ask("GET")
        self.hidden = hidden_fields(answer.text)
        return answer

    async def check(self):
        """Send what was typed. The page in the response carries it to the last step."""
        answer = await self._ask("POST", {**self.hidden, **self.details, "step": "check"})
        self.hidden = hidden_fields(answer.text)
        return answer

    async def confirm(self):
        return await self._ask("POST", {**self.hidden, "step": "confirm"})

    async def confirm_and_hang_up(self, after=0.02):
        """Send the form and leave before the response arrives."""
        try:
            async with asyncio.timeout(after):
                await self._ask("POST", {**self.hidden, "step": "confirm"})
        except TimeoutError:
            pass

    async def leave(self):
        await self.browser.aclose()

    async def _ask(self, method, data=None):
        start = time.monotonic()
        try:
            response = await self.browser.request(method, self.path, data=data)
        except httpx.HTTPError as error:
            return Answer(0, error=repr(error), seconds=time.monotonic() - start)
        return Answer(
            response.status_code,
            response.headers.get("location", ""),
            response.text,
            time.monotonic() - start,
        )


def hidden_fields(text):
    fields = {}
    for tag in INPUT.findall(text):
        attributes = dict(ATTRIBUTE.findall(tag))
        if attributes.get("type") == "hidden" and "name" in attributes:
            fields[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return fields


def details(number):
    """The fields that the form asks of everybody, filled in."""
    return {
        "first_name": "Loper",
        "infix": "van",
        "last_name": f"Nummer {number}",
        "email": f"loper{number}@example.nl",
        "phone": "06 12345678",
        "admission": "hbo",
        "buyer": "private",
        "street": "Duinweg 1",
        "postcode": "7722AA",
        "city": "Dalfsen",
        "consent_0": "on",
    }


async def prepare(visitors):
    """Bring all visitors to the last button. Returns the unexpected responses."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(step):
        async with turn:
            return await step()

    opened = await asyncio.gather(*[in_turn(visitor.open_form) for visitor in visitors])
    await asyncio.sleep(2.1)  # the guard against robots rejects forms that come sooner
    checked = await asyncio.gather(*[in_turn(visitor.check) for visitor in visitors])
    return [answer for answer in (*opened, *checked) if answer.status != 200]


async def all_at_once(visitors):
    """Let all visitors press the last button at the same moment. Returns the responses."""
    gate = asyncio.Event()

    async def press(visitor):
        await gate.wait()
        return await visitor.confirm()

    presses = [asyncio.create_task(press(visitor)) for visitor in visitors]
    await asyncio.sleep(0)
    gate.set()
    return await asyncio.gather(*presses)


async def race(base, paths, number_of_people):
    """Returns (unexpected responses before, responses to the last button, seconds they took).

    The visitors use the forms at `paths` in turn.
    """
    visitors = [
        Visitor(number, base, paths[number % len(paths)], details(number))
        for number in range(number_of_people)
    ]
    try:
        wrong = await prepare(visitors)
        start = time.monotonic()
        answers = await all_at_once(visitors)
        return wrong, answers, time.monotonic() - start
    finally:
        await asyncio.gather(*[visitor.leave() for visitor in visitors])
