"""The only writer of lists, notes and history."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from codingahead_web.accounts.models import Membership, Organisation, Role, User
from codingahead_web.lookup.models import CodeNote, Favourite, FavouriteList, Searched, Viewed

KEPT = 500  # newest entries of a history
MOST_FAVOURITES = 2_000
LONGEST_SEARCH = 80
# What looks like a patient's number, date, telephone or mail address is not worth remembering.
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_PERSONAL = re.compile(
    r"\d{6,}|@|\b(?:mrn|dob|ssn)\b"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"
    r"|\d{3}\)?[-. ]{1,2}\d{2,4}[-. ]\d{4}"
    rf"|\b\d{{1,2}}\.? +{_MONTH}\.?,? +\d{{2,4}}\b|\b{_MONTH}\.? +\d{{1,2}},? +\d{{4}}\b",
    re.IGNORECASE,
)
FIRST_LIST = "Favourites"


def remember_view(user: User, system: str, code: str) -> None:
    if user.keeps_history:
        Viewed.objects.bulk_create(
            [Viewed(user=user, system=system, code=code, at=timezone.now())],
            update_conflicts=True, unique_fields=["user", "system", "code"], update_fields=["at"],
        )  # fmt: skip


def remember_search(user: User, text: str) -> None:
    """Nothing that may say who a patient is."""
    text = clean(text)
    if user.keeps_history and len(text) <= LONGEST_SEARCH and not _PERSONAL.search(text):
        Searched.objects.bulk_create(
            [Searched(user=user, text=text, at=timezone.now())],
            update_conflicts=True, unique_fields=["user", "text"], update_fields=["at"],
        )  # fmt: skip


def forget_history(user: User) -> None:
    Viewed.objects.filter(user=user).delete()
    Searched.objects.filter(user=user).delete()


def trim_history(user: User) -> None:
    """Keeps the newest."""
    for model in (Viewed, Searched):
        old = model.objects.filter(user=user).order_by("-at").values_list("pk", flat=True)[KEPT:]
        model.objects.filter(pk__in=list(old)).delete()


def clean(text: str) -> str:
    """Without NUL, which PostgreSQL keeps in no text."""
    return text.replace("\x00", "").strip()


def make_list(owner: User, name: str, organisation: Organisation | None = None) -> FavouriteList:
    return FavouriteList.objects.create(owner=owner, name=clean(name)[:80] or FIRST_LIST, organisation=organisation)


def first_list(owner: User) -> FavouriteList:
    """Where a star goes when no list was named."""
    return FavouriteList.objects.filter(owner=owner).order_by("pk").first() or make_list(owner, FIRST_LIST)


@transaction.atomic
def add(to: FavouriteList, codes: Iterable[tuple[str, str, str]]) -> int:
    """Appends (system, code, remark) rows not in the list yet; returns how many were added."""
    held = set(to.favourites.values_list("system", "code"))
    position = to.favourites.aggregate(last=Max("position"))["last"] or 0
    fresh = []
    for system, code, remark in codes:
        if (system, code) not in held and len(held) < MOST_FAVOURITES:
            held.add((system, code))
            position += 1
            fresh.append(Favourite(list=to, system=system, code=code, remark=clean(remark)[:200], position=position))
    Favourite.objects.bulk_create(fresh)
    return len(fresh)


def drop(of: FavouriteList, system: str, code: str) -> None:
    of.favourites.filter(system=system, code=code).delete()


@transaction.atomic
def move(favourite: Favourite, up: bool) -> None:
    """Changes places with the neighbour."""
    row = list(favourite.list.favourites.all())
    at = next(i for i, f in enumerate(row) if f.pk == favourite.pk)
    other = at - 1 if up else at + 1
    if 0 <= other < len(row):
        row[at], row[other] = row[other], row[at]
        for position, moved in enumerate(row, 1):
            moved.position = position
        Favourite.objects.bulk_update(row, ["position"])


def share(favourites: FavouriteList, on: bool) -> None:
    favourites.share = secrets.token_urlsafe(18) if on else None
    favourites.save(update_fields=["share"])


def hand_over(leaving: Membership) -> None:
    """Lists and notes that a leaving member shared with the team pass to an owner of it."""
    team = leaving.organisation_id
    heirs = Membership.objects.filter(organisation=team, role=Role.OWNER).exclude(user=leaving.user_id)
    heir = heirs.values_list("user", flat=True).first()
    if heir is not None:
        for model in (FavouriteList, CodeNote):
            model.objects.filter(owner=leaving.user_id, organisation=team).update(owner=heir)


def write_note(owner: User, system: str, code: str, text: str, organisation: Organisation | None) -> CodeNote:
    return CodeNote.objects.create(
        owner=owner, system=system, code=code, text=clean(text)[:10_000], organisation=organisation
    )
