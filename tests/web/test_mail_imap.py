"""A real dovecot: what is unread in the mailbox is taken in once and marked as read."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codingahead_web.consultant.intake import imap
from codingahead_web.consultant.models import Inquiry
from tests.web.mails import written

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Iterator[int]:
    if DOVECOT is None:
        pytest.skip("dovecot is not installed")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    # Its sockets need a short path, and the user of the mail must reach it.
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dc", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir(mode=0o777)
        (folder / "mail").chmod(0o777)
        root = os.getuid() == 0
        uid, gid, user, group = (65534, 65534, "nobody", "nogroup") if root else _myself()
        conf = folder / "dovecot.conf"
        conf.write_text(SETTINGS.format(folder=folder, port=port, uid=uid, gid=gid, user=user, group=group))
        served = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            if not _listens(port):
                told = (folder / "log").read_text()[-500:] if (folder / "log").exists() else "no log"
                pytest.skip(f"dovecot does not start here: {told}")
            settings.IMAP_URL = f"imap://code:secret@127.0.0.1:{port}/INBOX"
            yield port
        finally:
            served.terminate()
            served.wait(20)


def _myself() -> tuple[int, int, str, str]:
    import grp
    import pwd

    return os.getuid(), os.getgid(), pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def _listens(port: int) -> bool:
    for _ in range(50):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


@pytest.mark.django_db
def test_unread_mails_are_taken_in_once_and_marked_as_read(mailbox: int) -> None:
    raw = written("What is the MUE for 61624?", Authentication_Results="mx.test; dmarc=pass")
    with imaplib.IMAP4("127.0.0.1", mailbox) as client:
        client.login("code", "secret")
        client.append("INBOX", "", "", raw)
        client.append("INBOX", "", "", written("Another one", number="2"))
    with imap.opened() as box:
        assert imap.fetch(box) == 2
        assert imap.fetch(box) == 0
    assert Inquiry.objects.count() == 2
    assert set(Inquiry.objects.values_list("recipient", "trust")) == {("code@consult.test", "not_checked")}


@pytest.mark.django_db
def test_the_word_of_the_mailbox_server_counts_only_when_the_operator_says_so(mailbox: int, settings: Any) -> None:
    settings.MAIL_TRUSTS_SERVER = True
    for number, said in (("a", "dmarc=pass"), ("b", "dmarc=fail"), ("c", "spf=pass")):
        with imaplib.IMAP4("127.0.0.1", mailbox) as client:
            client.login("code", "secret")
            client.append("INBOX", "", "", written("x", number=number, Authentication_Results=f"mx.test; {said}"))
    with imap.opened() as box:
        imap.fetch(box)
    assert sorted(Inquiry.objects.values_list("trust", flat=True)) == ["fail", "none", "pass"]
