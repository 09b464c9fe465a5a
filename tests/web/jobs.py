"""An employer with its team, a posting, a resume: what the tests of the job board begin with."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.utils import timezone
from docx import Document
from reportlab.pdfgen.canvas import Canvas

from codingahead_web.accounts import teams
from codingahead_web.accounts.models import Membership, Role, User
from codingahead_web.careers import words
from codingahead_web.careers.models import Employer, Posting, PostingWord

TEXT = "Code inpatient stays of a trauma center with a team of twenty coders, from home."


def employer(owner: User, domain: str = "hospital.example", state: str = "trusted", **people: User) -> Employer:
    """The team of `owner`, with `admin` and `member` if they are named."""
    team = teams.found(owner, domain)
    for role, user in people.items():
        Membership.objects.create(organisation=team, user=user, role=Role(role))
    return Employer.objects.create(organisation=team, name=domain.split(".")[0].title(), domain=domain, state=state)


def posting(of: Employer, **fields: Any) -> Posting:
    """An open one with its words."""
    now = timezone.now()
    told: dict[str, Any] = {
        "title": "Inpatient Coder", "description": TEXT, "setting": "facility", "place": "remote", "credentials": ["CCS"], "status": "open",
        "opens": now - timedelta(hours=1), "expires": now + timedelta(days=30), "pay_year_min": 60_000, "pay_year_max": 70_000, "pay_unit": "year",
        "pay_min": 60_000, "pay_max": 70_000,
    }  # fmt: skip
    made = Posting.objects.create(employer=of, **(told | fields))
    PostingWord.objects.bulk_create(
        [PostingWord(word=w, posting=made, weight=n) for w, n in words.of_posting(made).items()]
    )
    return made


def pdf(text: str = "Resume. CPC since 2019, CCS-P since 2021, twelve years of coding.") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, text)
    canvas.save()
    return out.getvalue()


def docx(text: str = "Resume. RHIT, CPC-A.") -> bytes:
    out, document = io.BytesIO(), Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()
