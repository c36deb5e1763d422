"""The site in production, behind nginx, as deploy/ has it: one sign-up, paid and confirmed.

Not a pytest module: `.ci/run` starts it with DATABASE_URL (an empty database) and REDIS_URL set.
The Procfile's release sets it up; mail and payments go to servers of this script.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.deployed import Deployed, free_port  # noqa: E402
from tests.fake_mollie import FakeMollie  # noqa: E402

SECRET = "made-up-for-the-smoke-test-0123456789"
HOST = "www.example.nl"
OWNER = "eigenaar@example.nl"
PERSON = {
    "first_name": "Łukasz",
    "infix": "'t",
    "last_name": "Öztürk-Nguyễn",
    "email": "lukasz@example.nl",
    "phone": "06 1234 5678",
    "admission": "hbo",
    "buyer": "private",
    "street": "Dorpsstraat 1",
    "postcode": "7721ab",
    "city": "Dalfsen",
}


class Mailbox:
    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address):
        return [mail for mail in self.received if address in str(mail["To"])]


class Browser:
    """Follow redirects and keep cookies, as a browser would."""

    def __init__(self, port):
        self.cookies = {}
        self.client = httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            headers={"Host": HOST, "Origin": f"https://{HOST}"},
            verify=False,
            timeout=60,
        )

    def request(self, method, path, **kwargs):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.client.request(
            method, path, headers={"Cookie": cookie} if cookie else {}, **kwargs
        )
        for header in response.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                check(name.startswith("__Host-"), f"cookie {name} has the __Host- prefix")
                check(
                    morsel["secure"] and morsel["httponly"], f"cookie {name} is Secure and HttpOnly"
                )
                self.cookies[name] = morsel.value
        if response.is_redirect:
            return self.request("GET", path_of(response.headers["location"]))
        return response

    def get(self, path):
        response = self.request("GET", path)
        check(response.status_code == 200, f"GET {path} answers 200, not {response.status_code}")
        return response


def path_of(url):
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def check(condition, promise):
    if not condition:
        raise SystemExit(f"production smoke: failed: {promise}")


def wait_for(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if found := condition():
                return found
        time.sleep(0.5)
    raise SystemExit(f"production smoke: {what} did not happen within {seconds} s")


def environment(smtp_port, mollie_url, var):
    return {
        "PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "ENV_FILE": "/dev/null",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "SECRET_KEY": "made-up-for-the-smoke-test-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "TRUST_PROXY": "1",
        "MAIL_PROVIDER": "smtp",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_STARTTLS": "0",
        "MAIL_FROM": "Runningtherapie <info@example.nl>",
        "MOLLIE_API_KEY": "live_made-up",
        "MOLLIE_API_URL": mollie_url,
        "MOLLIE_WEBHOOK_SECRET": SECRET,
        "OWNER_EMAIL": OWNER,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "VAR_ROOT": f"{var}/var",
        "STATIC_ROOT": f"{var}/static",
        "WEB_CONCURRENCY": "2",
        "PYTHONUNBUFFERED": "1",
    }


def release_line():
    return re.search(r"^release: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)[1]


def fields_of(form):
    """{name: [values]} that a browser would send: every field with its current value."""
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            data.setdefault(name, []).append(chosen.get("value", "") if chosen else "")
        else:
            value = field.text if field.name == "textarea" else field.get("value", "")
            data.setdefault(name, []).append(value)
    return data


def form_with(page, name):
    soup = BeautifulSoup(page.text, "html.parser")
    forms = [form for form in soup.find_all("form") if form.find(attrs={"name": name})]
    check(forms, f"a form with {name} on {page.url.path}: {soup.title and soup.title.text}")
    return forms[0]


def sign_up(browser):
    index = BeautifulSoup(browser.get("/cursus/").text, "html.parser")
    links = [link["href"] for link in index.select("main a[href]")]
    events = [path_of(link) for link in links if re.search(r"/rt\d{8}[^/]*/$", link, re.IGNORECASE)]
    check(events, "the course index links to a coming date")
    event = BeautifulSoup(browser.get(events[0]).text, "html.parser")
    to_form = next(path_of(a["href"]) for a in event.select("a[href*=inschrijven]"))

    page = browser.get(to_form)
    form = form_with(page, "first_name")
    data = fields_of(form) | PERSON
    for box in form.select("input[type=checkbox][name^=consent_]"):
        data[box["name"]] = box.get("value", "on")
    time.sleep(3)  # the form refuses an answer that comes faster than a person can read
    action = path_of(form.get("action") or to_form)
    checked = browser.request("POST", action, data=data | {"step": "check"})
    check(checked.status_code == 200, f"the check page answers 200, not {checked.status_code}")

    confirm = form_with(checked, "idempotency_key")
    done = browser.request("POST", action, data=fields_of(confirm) | {"step": "confirm"})
    check(done.status_code == 200, f"the way to the bank answers 200, not {done.status_code}")
    to_bank = re.fullmatch(r"(/inschrijving/[^/]+/)betalen/", done.url.path)
    check(to_bank, f"to the bank, not {done.url.path}")
    return to_bank[1], done


def pay(browser, mollie, status, to_bank):
    [reference] = mollie.payments
    soup = BeautifulSoup(to_bank.text, "html.parser")
    check(soup.select(f'main a[href^="{mollie.url}"]'), "a link leads to the provider")
    check("no-store" in to_bank.headers["cache-control"], "the way to the bank is not stored")
    mollie.set_status(reference, "paid")
    told = browser.request("POST", f"/webhooks/mollie/{SECRET}/", data={"id": reference})
    check(told.status_code == 200, f"the webhook answers 200, not {told.status_code}")
    page = browser.get(status)
    check("Łukasz" in page.text, "the name is on the page")
    check("definitief" in page.text, "the place is final")
    check("no-store" in page.headers["cache-control"], "the status page is not stored")


def check_pages(browser, site, picture):
    plain = httpx.get(f"http://127.0.0.1:{site.http}/cursus/", headers={"Host": HOST})
    check(plain.headers["location"] == f"https://{HOST}/cursus/", "http leads to https")
    home = browser.get("/")
    check("set-cookie" not in home.headers, "a reader gets no cookie")
    check("max-age=63072000" in home.headers["strict-transport-security"], "HSTS is set")
    for once in ("strict-transport-security", "x-content-type-options"):
        check(len(home.headers.get_list(once)) == 1, f"{once} is said once")
    soup = BeautifulSoup(home.text, "html.parser")
    for sheet in soup.select("link[rel=stylesheet]"):
        found = browser.get(path_of(sheet["href"]))
        check("immutable" in found.headers["cache-control"], f"{sheet['href']} is cached for ever")
        check(found.headers.get("content-encoding") == "gzip", f"{sheet['href']} is compressed")
        old = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", path_of(sheet["href"]))
        check("immutable" not in browser.get(old).headers["cache-control"], f"{old} is there too")
    shown = browser.get(path_of(picture))
    check("max-age" in shown.headers["cache-control"], "a picture may be kept")
    check("content-security-policy" in shown.headers, "a picture runs no code")
    check(browser.request("GET", "/nergens/").status_code == 404, "a missing page answers 404")
    login = browser.request("GET", "/admin/")
    check(login.url.path == "/account/login/", "the CMS asks for a login")


def check_sizes(browser):
    large = browser.request("POST", "/", content=b"x" * 8_000_000)
    check(large.status_code != 413, "8 MB pass nginx")
    too_large = browser.request("POST", "/", content=b"x" * 13_000_000)
    check(too_large.status_code == 413, "13 MB do not")
    check("Dat bestand is te groot" in too_large.text, "and a page of ours says so")


def make_jobs_due():
    """The worker does not wait for the minute in which it would mail the invoice."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute("UPDATE core_jobrun SET due_at = now() WHERE leased_until IS NULL")


def check_restart(browser, site):
    """Whoever asks while web is replaced waits, and is not refused."""
    with ThreadPoolExecutor() as pool:
        restarted = pool.submit(site.restart, "web")
        asked = [pool.submit(browser.client.get, "/") for _ in range(5)]
        restarted.result()
        statuses = [answer.result().status_code for answer in asked]
    check(statuses == [200] * 5, f"nobody is refused during a restart: {statuses}")


def run(command, env):
    result = subprocess.run(command, shell=True, cwd=ROOT, env=env, check=False)
    check(result.returncode == 0, f"{command} ends well")


BY_STAFF = """
from core.models import SiteImage, SiteSettings
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site
institute = dict(street="Dorpsstraat 1", postcode="8899 AB", city="Vlieland")
institute |= dict(kvk_number="12345678", vat_number="NL001234567B01", iban="NL91ABNA0417164300")
site = Site.objects.get(is_default_site=True)
SiteSettings.objects.update_or_create(site=site, defaults=institute)
image = SiteImage.objects.create(title="Duinen", file=get_test_image_file())
print(image.get_rendition("width-100").url)
"""


def as_staff(env):
    """Fill in the institute and store a picture, as staff do. Returns the picture's address."""
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", BY_STAFF]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def main():
    box, var = Mailbox(), os.environ.get("VAR_ROOT") or tempfile.mkdtemp()
    smtp = Controller(box, hostname="127.0.0.1", port=free_port())
    smtp.start()
    mollie = FakeMollie().start()
    env = environment(smtp.port, mollie.url, var)
    for _ in range(2):  # a second release changes nothing
        run(release_line(), env)
    picture = as_staff(env)
    site = Deployed(env)
    site.start()
    try:
        browser = Browser(site.https)
        wait_for("/healthz", lambda: browser.client.get("/healthz").status_code == 200)
        check_pages(browser, site, picture)
        check_sizes(browser)
        status, to_bank = sign_up(browser)
        pay(browser, mollie, status, to_bank)
        make_jobs_due()
        # The mails of the held place, the confirmation and the invoice.
        wait_for("the mails", lambda: len(box.to(PERSON["email"])) >= 3, seconds=150)
        mails = box.to(PERSON["email"])
        text = mails[0].get_body(["plain"]).get_content()
        check(f"https://{HOST}{status}" in text, "the mail links to the status page")
        files = [part.get_content_type() for mail in mails for part in mail.iter_attachments()]
        check(sorted(files) == ["application/pdf", "text/calendar"], f"invoice and days: {files}")
        ready = wait_for("/readyz", lambda: browser.client.get("/readyz").status_code == 200)
        check(ready, "/readyz is green")
        check(len(box.to(PERSON["email"])) == 3, "three mails, not more")
        check(len(box.to(OWNER)) == 1, "the owner got one link, though there were two releases")
        check_restart(browser, site)
    finally:
        site.stop()
        smtp.stop()
        mollie.stop()
    print("production smoke: one sign-up over HTTP, paid, its mails sent, worker and web stopped")


if __name__ == "__main__":
    main()
