"""What a person may read of lists and notes: his or her own, and those shared with a team."""

from __future__ import annotations

from typing import Any

import markdown
import nh3
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString, mark_safe

from codingahead_web.accounts.models import Membership, Organisation, User
from codingahead_web.accounts.permissions import PERMISSIONS
from codingahead_web.lookup.models import CodeNote, Favourite, FavouriteList

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "code", "pre", "blockquote", "a", "h3", "h4", "hr"}


def readable_lists(user: User) -> QuerySet[FavouriteList]:
    lists = FavouriteList.objects.filter(_open_to(user, "read_shared"))
    return lists.annotate(size=Count("favourites", distinct=True)).select_related("organisation").distinct()


def own_lists(user: User) -> QuerySet[FavouriteList]:
    """Those that the person may change: the own, and the team's."""
    return FavouriteList.objects.filter(_open_to(user, "write_shared")).select_related("organisation").distinct()


def readable_notes(user: User) -> QuerySet[CodeNote]:
    mine = _open_to(user, "read_shared")
    return CodeNote.objects.filter(mine).select_related("owner", "organisation").distinct()


def writable_team(user: User, pk: int) -> Organisation:
    """A team that the person may share with. Raises Http404."""
    roles = PERMISSIONS["write_shared"]
    return get_object_or_404(Organisation, pk=pk, memberships__user=user, memberships__role__in=roles)


def _open_to(user: User, act: str) -> Q:
    mine = Membership.objects.filter(user=user, role__in=PERMISSIONS[act])
    return Q(owner=user) | Q(organisation__in=mine.values("organisation"))


def kept(user: User, system: str, code: str) -> dict[str, Any]:
    """For the card of a code page: the lists with a mark on those that hold the code, and the notes on it."""
    holding = set(Favourite.objects.filter(system=system, code=code).values_list("list_id", flat=True))
    lists = [(one, one.pk in holding) for one in own_lists(user)]
    return {
        "lists": lists,
        "is_favourite": any(held for _, held in lists),
        "notes": list(readable_notes(user).filter(system=system, code=code)),
    }


def as_html(text: str) -> SafeString:
    """Markdown as clean HTML: no script, no style, no picture, links only to the web."""
    raw = markdown.markdown(text, extensions=["sane_lists"])
    return mark_safe(nh3.clean(raw, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}))


def export_lists(user: User) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "codes": [{"system": f.system, "code": f.code, "remark": f.remark} for f in one.favourites.all()],
        }
        for one in user.favourite_lists.prefetch_related("favourites")
    ]


def export_notes(user: User) -> list[dict[str, Any]]:
    return [
        {"system": n.system, "code": n.code, "text": n.text, "written": n.written.isoformat()}
        for n in user.code_notes.all()
    ]


def export_history(user: User) -> dict[str, Any]:
    return {
        "viewed": [{"system": v.system, "code": v.code, "at": v.at.isoformat()} for v in user.viewed.all()],
        "searched": [{"text": s.text, "at": s.at.isoformat()} for s in user.searched.all()],
    }
