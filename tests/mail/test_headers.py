"""Whatever people type, the headers are ours and only one person gets the mail."""

import pytest

from mail.sending import send_due

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

OURS = {
    "Content-Type",
    "MIME-Version",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
}
NAMES = [
    "Noor\r\nBcc: eve@example.org",
    "Noor\nSubject: Other",
    "Bcc: eve@example.org",
    "Vries, de, eve@example.org",
    'Jan "de snelle" <eve@example.org>',
    "Łukasz Öztürk 🏃‍♀️",
    "李",
    "'t Hooft",
    "a\u2028b\u0085c\x00d",
    "back\\slash",
    "=?utf-8?q?eve=40example.org?=",
    "x" * 2000,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_cannot_add_headers_or_recipients(post, write, name):
    write(to=(name, "noor@example.org"), values={"first_name": name})
    send_due()

    [message] = post.messages
    assert set(message.keys()) == OURS
    assert len(message.keys()) == len(OURS)
    assert post.recipients == [["noor@example.org"]]
    [address] = message["To"].addresses
    assert address.addr_spec == "noor@example.org"


@pytest.mark.parametrize("name", ["Vries, de", 'Jan "de snelle"', "Łukasz 🏃", "李", "'t Hooft"])
def test_names_arrive_unchanged(post, write, name):
    write(to=(name, "noor@example.org"), values={"first_name": name})
    send_due()

    [message] = post.messages
    assert message["To"].addresses[0].display_name == name
    assert message["Subject"] == f"Welkom {name}"


def test_a_reply_goes_to_the_address_of_that_mail(post, write):
    write(reply_to="office@example.org")
    write(to="jan@example.org", reply_to="jan@example.net")
    write(to="sofie@example.org")
    send_due()

    replies = {message["To"]: message["Reply-To"] for message in post.messages}
    assert replies == {
        "noor@example.org": "office@example.org",
        "jan@example.org": "jan@example.net",
        "sofie@example.org": None,
    }


def test_a_reply_address_cannot_add_a_header_or_a_recipient(post, write):
    write(reply_to="office@example.org\r\nBcc: eve@example.org")
    write(to="jan@example.org", reply_to="office@example.org")
    send_due()

    assert post.recipients == [["noor@example.org"], ["jan@example.org"]]
    assert [set(message.keys()) - {"Reply-To"} for message in post.messages] == [OURS, OURS]
    assert "eve@example.org" not in "".join(str(one["Reply-To"]) for one in post.messages)
