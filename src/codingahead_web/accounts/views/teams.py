"""Organisations: members and their roles, invitations, the log of acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codingahead_web.accounts import audit
from codingahead_web.accounts import teams as actions
from codingahead_web.accounts.forms import InvitationForm, TeamForm
from codingahead_web.accounts.models import AuditEvent, Invitation, Membership, Organisation, Role
from codingahead_web.accounts.permissions import PERMISSIONS, may
from codingahead_web.accounts.views.own import person

LONGEST_NUMBER = 12


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("team", actions.found(person(request), form.cleaned_data["name"]).pk)
    mine = person(request).memberships.select_related("organisation")
    return render(request, "accounts/teams.html", {"tab": "teams", "memberships": mine, "form": form})


@login_required
@require_safe
def team(request: HttpRequest, team: int) -> HttpResponse:
    return _team_page(request, _own_team(request, team), InvitationForm())


@login_required
@require_POST
def invite(request: HttpRequest, team: int) -> HttpResponse:
    organisation = _own_team(request, team)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation, token = actions.invite(
                person(request), organisation, form.cleaned_data["email"], form.cleaned_data["role"]
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            _send(request, invitation, token)
            messages.success(request, f"An invitation is on its way to {invitation.email}.")
            return redirect("team", organisation.pk)
    return _team_page(request, organisation, form, status=422)


@login_required
@require_POST
def change(request: HttpRequest, team: int) -> HttpResponse:
    """One button each: change a role, remove a member, withdraw an invitation, rename, dissolve."""
    organisation = _own_team(request, team)
    told = request.POST
    try:
        if told.get("act") == "role":
            actions.change_role(person(request), _member(organisation, told), told.get("role", ""))
        elif told.get("act") == "remove":
            actions.remove(person(request), _member(organisation, told))
        elif told.get("act") == "withdraw":
            actions.withdraw(
                person(request),
                get_object_or_404(Invitation, organisation=organisation, pk=_number(told.get("invitation"))),
            )
        elif told.get("act") == "rename":
            actions.rename(person(request), organisation, told.get("name", ""))
        elif told.get("act") == "dissolve" and told.get("name") == organisation.name:
            actions.dissolve(person(request), organisation)
        else:
            messages.error(request, "Nothing was changed: type the name of the team to dissolve it.")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    still = (
        Membership.objects.filter(organisation=organisation.pk, user=person(request)).exists()
        if organisation.pk
        else False
    )
    return redirect("team", organisation.pk) if still else redirect("teams")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = actions.find_invitation(token)
    if found is not None and request.method == "POST" and request.user.is_authenticated:
        try:
            actions.accept(person(request), found)
        except PermissionDenied:
            messages.error(
                request,
                f"This invitation was sent to {found.email}. Log in with that address, or add it to your account.",
            )
            return redirect("invitation", token)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("invitation", token)
        messages.success(request, f"Welcome to {found.organisation.name}.")
        return redirect("team", found.organisation_id)
    return render(request, "accounts/invitation.html", {"invitation": found}, status=200 if found else 404)


@login_required
@require_safe
def audit_log(request: HttpRequest, team: int) -> HttpResponse:
    organisation = _own_team(request, team)
    actions.require(person(request), organisation, "see_audit")
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="audit.csv"'}
    )
    events = AuditEvent.objects.filter(organisation=organisation).select_related("actor")
    audit.write_csv(events.iterator(), response)
    return response


def _team_page(
    request: HttpRequest, organisation: Organisation, form: InvitationForm, status: int = 200
) -> HttpResponse:
    role = actions.role_of(person(request), organisation)
    events = (
        AuditEvent.objects.filter(organisation=organisation).select_related("actor")[:20]
        if may(role, "see_audit")
        else []
    )
    memberships = list(organisation.memberships.select_related("user").order_by("joined"))
    left = actions.seats_left(organisation)
    context: dict[str, Any] = {
        "tab": "teams", "team": organisation, "role": role, "form": form, "roles": Role.choices, "events": events,
        "memberships": memberships,
        "keys": organisation.api_keys.filter(revoked=None).select_related("owner") if may(role, "see_keys") else [],
        "invitations": organisation.invitations.filter(accepted=None), "seats_left": left,
        "promised": max(organisation.seats - len(memberships) - left, 0),
        "can": {act: may(role, act) for act in PERMISSIONS},
    }  # fmt: skip
    return render(request, "accounts/team.html", context, status=status)


def _own_team(request: HttpRequest, team: int) -> Organisation:
    """A stranger learns nothing, not even that the team exists."""
    return get_object_or_404(Organisation, pk=team, memberships__user=person(request))


def _member(organisation: Organisation, told: Any) -> Membership:
    return get_object_or_404(Membership, organisation=organisation, pk=_number(told.get("member")))


def _number(text: str | None) -> int:
    if not (text or "").isdecimal() or len(text or "") > LONGEST_NUMBER:
        raise Http404
    return int(text or 0)


def _send(request: HttpRequest, invitation: Invitation, token: str) -> None:
    address = request.build_absolute_uri(reverse("invitation", args=[token]))
    context = {"invitation": invitation, "address": address, "by": person(request)}
    text = render_to_string("accounts/mail/invitation.txt", context)
    send_mail(
        f"Join {invitation.organisation.name} at Coding Ahead", text, None, [invitation.email], fail_silently=True
    )
