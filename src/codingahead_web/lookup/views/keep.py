"""Favourite lists, notes and history of a person, and the page that checks a pasted list of codes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codingahead.words.codes import parse_system
from codingahead_web.accounts.models import Organisation, User
from codingahead_web.gate.visit import visit_of
from codingahead_web.lookup import actions, codelist, queries
from codingahead_web.lookup.forms import way_back
from codingahead_web.lookup.models import CodeNote, Favourite, FavouriteList

SHOWN = 100
MOST_FILE = 1_000_000
LONGEST_NUMBER = 12


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method == "POST":
        made = actions.make_list(user, request.POST.get("name", ""), _team(request))
        return redirect("list", made.pk)
    return render(
        request,
        "lookup/lists.html",
        {"tab": "lists", "lists": queries.readable_lists(user), "teams": user.organisations.all()},
    )


@login_required
@require_safe
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list(request, pk)
    return render(request, "lookup/favourites.html", {"tab": "lists", "is_mine": True, **_list_context(request, found)})


@require_safe
def shared_list(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link may read the codes; nothing of the owner is shown."""
    found = get_object_or_404(FavouriteList, share=token)
    return render(request, "lookup/shared.html", _list_context(request, found))


@login_required
@require_POST
def change_list(request: HttpRequest, pk: int) -> HttpResponse:
    found, told = _list(request, pk), request.POST
    act = told.get("act")
    if act == "import":
        _import(request, found)
    elif act in ("up", "down", "drop"):
        favourite = get_object_or_404(Favourite, list=found, pk=_number(told.get("favourite")))
        if act == "drop":
            favourite.delete()
        else:
            actions.move(favourite, up=act == "up")
    elif act in ("share", "unshare"):
        actions.share(found, act == "share")
    elif act == "rename" and actions.clean(told.get("name", "")):
        found.name = actions.clean(told["name"])[:80]
        found.save(update_fields=["name"])
    elif act == "delete":
        found.delete()
        messages.success(request, f"The list {found.name} is deleted.")
        return redirect("lists")
    return redirect("list", pk)


@login_required
@require_safe
def export_list(request: HttpRequest, pk: int) -> HttpResponse:
    found = _list(request, pk)
    return _csv(codelist.as_csv(_list_context(request, found)["lines"]), "favourites.csv")


@login_required
@require_POST
def star(request: HttpRequest, system: str, code: str) -> HttpResponse:
    """Puts a code on a list or takes it off."""
    value = _known(request, system, code)
    chosen = request.POST.get("list", "")
    to = _list(request, _number(chosen)) if chosen else actions.first_list(person(request))
    if request.POST.get("act") == "drop":
        actions.drop(to, value["system"], value["code"])
    else:
        actions.add(to, [(value["system"], value["code"], "")])
    return _back(request)


@login_required
@require_POST
def write_note(request: HttpRequest, system: str, code: str) -> HttpResponse:
    value = _known(request, system, code)
    text = actions.clean(request.POST.get("text", ""))
    if text:
        actions.write_note(person(request), value["system"], value["code"], text, _team(request))
    return HttpResponseRedirect(reverse("code", args=[value["system"], value["code"]]) + "#kept")


@login_required
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    shown = [(n, queries.as_html(n.text)) for n in queries.readable_notes(person(request))[:SHOWN]]
    return render(request, "lookup/notes.html", {"tab": "notes", "notes": shown})


@login_required
@require_POST
def delete_note(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(CodeNote, pk=pk, owner=person(request)).delete()
    return _back(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def viewed(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method == "POST":
        if request.POST.get("act") == "clear":
            actions.forget_history(user)
            messages.success(request, "Your history is cleared.")
        else:
            user.keeps_history = request.POST.get("keep") == "1"
            user.save(update_fields=["keeps_history"])
        return redirect("viewed")
    actions.trim_history(user)
    context = {"tab": "history", "viewed": user.viewed.all()[:SHOWN], "searched": user.searched.all()[:SHOWN]}
    return render(request, "lookup/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def code_list(request: HttpRequest) -> HttpResponse:
    """Pasted codes with how each stands on the day. Asks nothing of the meter: no section of a code page is shown."""
    visit = visit_of(request)
    text = request.POST.get("codes", "")[:MOST_FILE]
    typed = codelist.read(text)
    unread = max(len(typed) - codelist.MOST_CODES, 0)
    lines = codelist.stand(visit.codebook, typed[: codelist.MOST_CODES], visit.on)
    if lines and request.POST.get("act") == "csv":
        return _csv(codelist.as_csv(lines), "codes.csv")
    if lines and request.POST.get("act") == "save" and request.user.is_authenticated:
        made = actions.make_list(person(request), request.POST.get("name", "") or "Checked codes")
        actions.add(made, [(line.system, line.code, line.remark) for line in lines if _is_code(line)])
        return redirect("list", made.pk)
    problems = sum(bool(line.problem) for line in lines)
    context = {
        "product": "case2code", "codes": text, "lines": lines, "problems": problems, "most": codelist.MOST_CODES, "unread": unread,
    }  # fmt: skip
    return render(request, "lookup/code_list.html", context)


def _known(request: HttpRequest, system: str, code: str) -> dict[str, Any]:
    value = visit_of(request).codebook.lookup(code, visit_of(request).on, _system(system))
    if value["status"] == "unknown" and not value["title"]:
        raise Http404
    return value


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _list(request: HttpRequest, pk: int) -> FavouriteList:
    return get_object_or_404(queries.own_lists(person(request)), pk=pk)


def _list_context(request: HttpRequest, found: FavouriteList) -> dict[str, Any]:
    visit = visit_of(request)
    favourites = list(found.favourites.all())
    typed = [codelist.Typed(f.code, f.system, f.remark) for f in favourites]
    lines = codelist.stand(visit.codebook, typed, visit.on)
    return {
        "list": found,
        "lines": lines,
        "rows": list(zip(favourites, lines, strict=True)),
        "problems": sum(bool(line.problem) for line in lines),
    }


def _import(request: HttpRequest, found: FavouriteList) -> None:
    visit = visit_of(request)
    file = request.FILES.get("file")
    text = file.read(MOST_FILE).decode("utf-8-sig", "replace") if file else request.POST.get("codes", "")
    typed = codelist.read(text)
    lines = codelist.stand(visit.codebook, typed[: codelist.MOST_CODES], visit.on)
    known = [(line.system, line.code, line.remark) for line in lines if _is_code(line)]
    added = actions.add(found, known)
    told = [f"{added} added."]
    if unread := len(lines) - len(known):
        told.append(f"{unread} could not be read as codes.")
    if len(typed) > len(lines):
        told.append(
            f"Only the first {codelist.MOST_CODES} were read; add the other {len(typed) - len(lines)} after them."
        )
    messages.success(request, " ".join(told))


def _is_code(line: codelist.Line) -> bool:
    return bool(line.system) and line.status != "unknown"


def _team(request: HttpRequest) -> Organisation | None:
    text = request.POST.get("team", "")
    return queries.writable_team(person(request), _number(text)) if text else None


def _system(name: str) -> str:
    try:
        return parse_system(name).value
    except ValueError:
        raise Http404 from None


def _number(text: str | None) -> int:
    if not (text or "").isdecimal() or len(text or "") > LONGEST_NUMBER:
        raise Http404
    return int(text or 0)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(way_back(request.POST.get("next"), request.get_host()))


def _csv(content: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
