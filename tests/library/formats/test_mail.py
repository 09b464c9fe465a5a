"""Mails as they are met in life: whose words they are, what hangs on them, and that no bytes at all make the reader raise."""

from __future__ import annotations

import io
import random
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codingahead.formats.mail import identity, read
from codingahead.formats.mail_reply import Reply, subject_of, write
from codingahead.formats.mail_words import own_words, plain_of_html

QUESTION = "What is the MUE for 61624?"


def raw(text: str = QUESTION, *, html: str = "", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Ada <Ada@Example.org>", "MUE", "<1@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"Hi team,\n{QUESTION}\n\nThanks,\nAda Lovelace\n12 Main St 60601", QUESTION),
        (f"{QUESTION}\n-- \nAda\n555-123-4567", QUESTION),
        (f"{QUESTION}\nSent from my iPhone", QUESTION),
        (f"{QUESTION}\n\nOn Mon, 3 Aug 2026 at 10:00, Ben <ben@x.org> wrote:\n> What is 99213?", QUESTION),
        (f"{QUESTION}\n\n-----Original Message-----\nFrom: Ben\nWhat is 99213?", QUESTION),
        (f"{QUESTION}\n\nFrom: Ben <ben@x.org>\nSent: Monday\nTo: Ada\n\nWhat is 99213?", QUESTION),
        (f"> What is 99213?\n{QUESTION}", QUESTION),
        (f"{QUESTION}\n\nCONFIDENTIALITY NOTICE: this e-mail is for 99213 only.", QUESTION),
        (f"{QUESTION}\n\nThis email and any attachments are confidential.", QUESTION),
        ("", ""),
    ],
)
def test_only_the_senders_own_words_are_left(text: str, own: str) -> None:
    assert own_words(text)[0] == own


def test_of_a_forwarded_mail_the_words_below_count() -> None:
    text = f"Please answer.\n\n---------- Forwarded message ---------\nFrom: Ben <ben@x.org>\nDate: Monday\nSubject: x\n\n{QUESTION}"
    assert read(raw(text, X_Test="1")).text == f"Please answer.\n\n{QUESTION}"


def test_a_mail_of_html_alone_is_read_without_what_nobody_sees() -> None:
    page = (
        f"<html><head><style>p{{}}</style></head><body><script>x()</script><p>{QUESTION}</p><p>Second</p></body></html>"
    )
    assert plain_of_html(page) == f"{QUESTION}\n\nSecond" or plain_of_html(page).split() == f"{QUESTION} Second".split()
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message.set_content(page, subtype="html")
    assert read(message.as_bytes()).text.startswith(QUESTION)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "koi8-r", "x-unknown"])
def test_charsets_old_and_unknown_are_read(charset: str) -> None:
    body = QUESTION.encode("ascii" if charset == "x-unknown" else charset)
    made = (
        b"From: ada@example.org\r\nContent-Type: text/plain; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    import base64

    assert read(made + base64.b64encode(body)).text == QUESTION


def test_a_mail_in_a_mail_is_read_with_its_files() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "ben@x.org", "The case"
    inner.set_content(QUESTION)
    inner.add_attachment(b"note", maintype="text", subtype="rtf", filename="note.rtf")
    outer["From"] = "ada@example.org"
    outer.set_content("")
    outer.add_attachment(inner)
    found = read(outer.as_bytes())
    assert QUESTION in found.text
    assert [f.name for f in found.files] == ["note.rtf"]


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "files"),
    [
        (packed({"a.txt": b"note", "b.txt": b"more"}), [("a.txt", ""), ("b.txt", "")]),
        (packed({"bomb.txt": b"0" * (20 << 20)}), [("x.zip", "unpacks to more than is permitted")]),
        (packed({f"{n}.txt": b"x" for n in range(60)}), [("x.zip", "unpacks to more than is permitted")]),
        (b"PK\x03\x04 broken", [("x.zip", "is broken")]),
        (b"", [("x.zip", "is empty")]),
    ],
)
def test_archives_are_opened_within_limits(data: bytes, files: list[tuple[str, str]]) -> None:
    message = message_from_bytes(raw(), policy=default)
    message.add_attachment(data, maintype="application", subtype="zip", filename="x.zip")
    assert [(f.name, f.problem) for f in read(message.as_bytes()).files] == files


def test_identity_ignores_the_way_and_tells_two_mails_apart() -> None:
    one = raw()
    assert identity(one) == identity(b"Received: by x\r\nX-Spam: no\r\n" + one) == identity(one.replace(b"\n", b"\r\n"))
    assert identity(one) != identity(raw("What is the MUE for 61626?"))
    assert identity(one) != identity(one.replace(b"<1@", b"<2@"))


def test_a_reply_keeps_long_ids_whole_and_says_that_a_machine_wrote_it() -> None:
    from datetime import UTC, datetime

    long = "<" + "a" * 200 + "@example.org>"
    made = write(
        Reply("c@x.test", "ada@example.org", "Re: Frage zu Ä\nBcc: evil@x.org", "Text\n", "<p>Text</p>", "<r@x.test>", datetime(2026, 8, 1, tzinfo=UTC),
              answers=long, references=tuple(f"<{n}@example.org>" for n in range(40)))
    )  # fmt: skip
    assert f"In-Reply-To: {long}\r\n".encode() in made
    back = message_from_bytes(made, policy=default)
    assert back["Bcc"] is None
    assert back["Auto-Submitted"] == "auto-replied"
    assert back["References"].split()[-1] == long
    assert [p.get_content_type() for p in back.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert read(made).automatic


@pytest.mark.parametrize(
    ("subject", "answer"), [("MUE", "Re: MUE"), ("Re: RE: AW: MUE", "Re: MUE"), ("", "Re: your question")]
)
def test_a_thread_keeps_one_re(subject: str, answer: str) -> None:
    assert subject_of(subject) == answer


AWKWARD = [
    b"",
    b"\n",
    b"\r\n\r\n",
    b"\x00\x01\x02",
    b"From: \r\n\r\n",
    b"From: =?utf-8?b?????=\r\nSubject: =?x?q?=\r\n\r\nx",
    b"From: <<>>@@\r\n\r\nx",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b--",
    b"Content-Type: ;;;\r\n\r\nx",
    b"Content-Type: text/plain; charset=\"\xff\"\r\n\r\n\xff\xfe",
    b"Content-Type: text/html\r\n\r\n<<<<p",
    b"Content-Type: text/html\r\n\r\n<!-- ",
    b"Message-ID: no brackets\r\n\r\nx",
    b"Content-Type: message/rfc822\r\n\r\n" * 50 + b"x",
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nM",
    b"Content-Type: application/pdf; name*=utf-8''%FF%FE\r\nContent-Disposition: attachment; filename*0=a; filename*2=b\r\n\r\nx",
    b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nMessage-ID: <x@y>\r\n",
    b"To: " + b"a@b.c," * 5000 + b"\r\n\r\nx",
]  # fmt: skip


def corpus() -> list[bytes]:
    """Two hundred awkward mails: those above, and good ones with pieces cut out, doubled, swapped and spoilt."""
    chosen, made = random.Random(7), list(AWKWARD)
    message = message_from_bytes(raw(html=f"<p>{QUESTION}</p>"), policy=default)
    message.add_attachment(packed({"a.txt": b"x"}), maintype="application", subtype="zip", filename="a.zip")
    good = message.as_bytes()
    while len(made) < 200:
        data = bytearray(good)
        for _ in range(chosen.randint(1, 12)):
            at, length = chosen.randrange(len(data)), chosen.randint(1, 60)
            data[at : at + length] = chosen.choice(
                [b"", bytes(data[at : at + length]) * 2, chosen.randbytes(length), b"\r\n\r\n", b"--"]
            )
        made.append(bytes(data))
    return made


@pytest.mark.parametrize("data", corpus())
def test_no_awkward_mail_makes_the_reader_raise(data: bytes) -> None:
    found = read(data)
    assert "\x00" not in found.text
    assert len(identity(data)) == 64


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_at_all_make_the_reader_raise(data: bytes) -> None:
    read(data)
    read(b"From: a@b.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + data)
    identity(data)
