"""Teams: who may do what, row by row; invitations, seats, owners; the log that nobody changes. Ada owns, Ben belongs, Cyd is a stranger."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from codingahead_web.accounts import audit, keys, teams
from codingahead_web.accounts.models import AuditEvent, Invitation, Membership, Organisation, Role, User
from codingahead_web.accounts.permissions import PERMISSIONS, may
from codingahead_web.lookup import actions as keeping
from codingahead_web.lookup.models import FavouriteList
from codingahead_web.metering.models import Plan, Subscription
from tests.web.pages import words
from tests.web.people import logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Cast(NamedTuple):
    team: Organisation
    ada: User
    abe: User
    ben: User
    cyd: User


@pytest.fixture
def cast() -> Cast:
    ada, abe, ben, cyd = person("ada"), person("abe"), person("ben"), person("cyd")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=abe, role=Role.ADMIN)
    team.memberships.create(user=ben)
    return Cast(team, ada, abe, ben, cyd)


# The table, row by row: what each does by the pages, and what it comes to.

Try = Callable[[Cast, User], bool]


def _page(cast: Cast, who: User) -> str:
    return words(logged_in(who).get(f"/account/teams/{cast.team.pk}"), "//main")


def _change(cast: Cast, who: User, **told: Any) -> int:
    return logged_in(who).post(f"/account/teams/{cast.team.pk}/change", told).status_code


def see_members(cast: Cast, who: User) -> bool:
    return cast.ben.email in _page(cast, who)


def read_shared(cast: Cast, who: User) -> bool:
    shared = keeping.make_list(cast.ada, "Ours", cast.team)
    return logged_in(who).get(f"/account/lists/{shared.pk}").status_code == 200


def write_shared(cast: Cast, who: User) -> bool:
    shared = keeping.make_list(cast.ada, "Ours", cast.team)
    logged_in(who).post(f"/account/lists/{shared.pk}/change", {"act": "rename", "name": "Renamed"})
    return FavouriteList.objects.filter(name="Renamed").exists()


def invite(cast: Cast, who: User) -> bool:
    logged_in(who).post(f"/account/teams/{cast.team.pk}/invite", {"email": "new@example.org", "role": "member"})
    return Invitation.objects.filter(email="new@example.org").exists()


def remove_member(cast: Cast, who: User) -> bool:
    another = cast.team.memberships.create(user=person("dan"))
    _change(cast, who, act="remove", member=another.pk)
    return not Membership.objects.filter(pk=another.pk).exists()


def change_role(cast: Cast, who: User) -> bool:
    _change(cast, who, act="role", member=cast.team.memberships.get(user=cast.ben).pk, role="admin")
    return cast.team.memberships.get(user=cast.ben).role == "admin"


def rename(cast: Cast, who: User) -> bool:
    _change(cast, who, act="rename", name="Cardiology")
    return Organisation.objects.filter(name="Cardiology").exists()


def see_keys(cast: Cast, who: User) -> bool:
    key, _ = keys.make_key(cast.ada, "Robot", ["read"], organisation=cast.team)
    return key.prefix in _page(cast, who)


def make_key(cast: Cast, who: User) -> bool:
    told = {"name": "Robot", "scopes": ["read"], "per_minute": "1", "team": str(cast.team.pk)}
    logged_in(who).post("/account/keys", told)
    return cast.team.api_keys.exists()


def see_audit(cast: Cast, who: User) -> bool:
    return logged_in(who).get(f"/account/teams/{cast.team.pk}/audit.csv").status_code == 200


def buy(cast: Cast, who: User) -> bool:
    logged_in(who).post("/account/plan/choose/team", {"team": str(cast.team.pk), "seats": "3"})
    return Subscription.objects.filter(organisation=cast.team).exists()


def dissolve(cast: Cast, who: User) -> bool:
    _change(cast, who, act="dissolve", name="Radiology")
    return not Organisation.objects.filter(pk=cast.team.pk).exists()


TRIES: dict[str, Try] = {
    f.__name__: f
    for f in (see_members, read_shared, write_shared, invite, remove_member, change_role, rename, see_keys, make_key, see_audit, buy, dissolve)
}  # fmt: skip
# What the product promises, written apart from the table of the code.
PROMISED = {
    "see_members": "owner admin member", "read_shared": "owner admin member", "write_shared": "owner admin member", "invite": "owner admin",
    "remove_member": "owner admin", "change_role": "owner", "rename": "owner admin", "see_keys": "owner admin", "make_key": "owner admin",
    "see_audit": "owner admin", "buy": "owner", "dissolve": "owner",
}  # fmt: skip


def test_the_table_has_the_promised_rows() -> None:
    assert {act: {r.value for r in roles} for act, roles in PERMISSIONS.items()} == {
        act: set(roles.split()) for act, roles in PROMISED.items()
    }
    assert set(TRIES) == set(PERMISSIONS)
    assert not any(may(None, act) for act in PERMISSIONS)


@pytest.mark.parametrize("who", ["owner", "admin", "member", "stranger"])
@pytest.mark.parametrize("act", sorted(TRIES))
def test_each_row_of_the_table_holds_at_the_pages(cast: Cast, act: str, who: str) -> None:
    actor = {"owner": cast.ada, "admin": cast.abe, "member": cast.ben, "stranger": cast.cyd}[who]
    assert TRIES[act](cast, actor) is (who in PROMISED[act].split())


def test_a_stranger_gets_the_same_404_as_for_a_team_that_is_not_there(cast: Cast) -> None:
    client = logged_in(cast.cyd)
    for path in ("", "/audit.csv"):
        there = client.get(f"/account/teams/{cast.team.pk}{path}")
        nowhere = client.get(f"/account/teams/999999{path}")
        assert there.status_code == nowhere.status_code == 404
        assert words(there, "//main") == words(nowhere, "//main")
    for path in ("invite", "change"):
        assert client.post(f"/account/teams/{cast.team.pk}/{path}", {"act": "rename", "name": "x"}).status_code == 404


def test_a_member_who_may_not_is_told_so_in_words(cast: Cast) -> None:
    response = logged_in(cast.ben).post(f"/account/teams/{cast.team.pk}/change", {"act": "rename", "name": "x"})
    assert response.status_code == 403
    assert "Not permitted" in words(response, "//h1")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"act": "role", "member": "x"},
        {"act": "remove", "member": "9" * 5000},
        {"act": "withdraw"},
        {"act": "dissolve"},
    ],
)
def test_nonsense_changes_nothing(cast: Cast, told: dict[str, str]) -> None:
    response = logged_in(cast.ada).post(f"/account/teams/{cast.team.pk}/change", told)
    assert response.status_code in (302, 404)
    assert cast.team.memberships.count() == 3


def test_members_of_another_team_cannot_be_reached_through_ones_own(cast: Cast) -> None:
    other = teams.found(cast.cyd, "Other")
    theirs = other.memberships.get()
    assert _change(cast, cast.ada, act="remove", member=theirs.pk) == 404
    assert other.memberships.count() == 1


def test_an_admin_does_not_remove_an_owner(cast: Cast) -> None:
    cast.team.memberships.create(user=cast.cyd, role=Role.OWNER)
    assert _change(cast, cast.abe, act="remove", member=cast.team.memberships.get(user=cast.ada).pk) == 403


# Invitations and seats


def token_of(message: Any) -> str:
    found = re.search(r"/invitations/(\S+)", message.body)
    assert found
    return found.group(1)


def invited(cast: Cast, email: str) -> str:
    logged_in(cast.ada).post(f"/account/teams/{cast.team.pk}/invite", {"email": email, "role": "member"})
    return token_of(mail.outbox[-1])


def test_an_invitation_comes_by_mail_and_is_accepted_by_its_address_alone(cast: Cast) -> None:
    token = invited(cast, "Cyd@Example.org")
    message = mail.outbox[-1]
    assert message.to == ["cyd@example.org"]
    assert "Radiology" in message.subject and "Ada" in message.body
    assert token not in repr(list(Invitation.objects.values()))
    address = f"/invitations/{token}"
    assert "Log in" in words(Client().get(address), "//main")
    stranger = logged_in(person("eve"))
    stranger.post(address)
    assert cast.team.memberships.count() == 3
    assert "cyd@example.org" in words(stranger.get(address))
    guest = logged_in(cast.cyd)
    assert guest.get(address).status_code == 200
    assert cast.team.memberships.count() == 3
    assert guest.post(address)["Location"] == f"/account/teams/{cast.team.pk}"
    assert cast.team.memberships.get(user=cast.cyd).role == "member"
    assert guest.get(address).status_code == 404


def test_old_and_withdrawn_invitations_no_longer_hold(cast: Cast) -> None:
    first = invited(cast, "cyd@example.org")
    second = invited(cast, "cyd@example.org")
    guest = logged_in(cast.cyd)
    assert [guest.get(f"/invitations/{t}").status_code for t in (first, second)] == [404, 200]
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert guest.post(f"/invitations/{second}").status_code == 404
    third = invited(cast, "cyd@example.org")
    _change(cast, cast.ada, act="withdraw", invitation=Invitation.objects.get().pk)
    assert guest.get(f"/invitations/{third}").status_code == 404
    assert "no longer holds" in words(guest.get("/invitations/never-was"))


def test_invitations_hold_seats_and_no_more_than_there_are(cast: Cast) -> None:
    Organisation.objects.update(seats=5)
    cast.team.refresh_from_db()
    for name in ("one", "two"):
        teams.invite(cast.ada, cast.team, f"{name}@example.org", "member")
    with pytest.raises(ValidationError, match="seat"):
        teams.invite(cast.ada, cast.team, "three@example.org", "member")
    teams.invite(cast.ada, cast.team, "two@example.org", "admin")
    assert teams.seats_left(cast.team) == 0
    page = logged_in(cast.ada).post(
        f"/account/teams/{cast.team.pk}/invite", {"email": "three@example.org", "role": "member"}
    )
    assert page.status_code == 422
    assert "No seat is free" in words(page, "//main")


def test_an_expired_invitation_is_sent_again_only_when_a_seat_is_free(cast: Cast) -> None:
    teams.invite(cast.ada, cast.team, "old@example.org", "member")
    Invitation.objects.update(expires=timezone.now() - timedelta(days=1))
    cast.team.seats = 3
    cast.team.save()
    with pytest.raises(ValidationError, match="seat"):
        teams.invite(cast.ada, cast.team, "old@example.org", "member")


def test_a_seat_that_is_gone_is_not_taken(cast: Cast) -> None:
    token = invited(cast, "cyd@example.org")
    Organisation.objects.update(seats=3)
    guest = logged_in(cast.cyd)
    assert guest.post(f"/invitations/{token}")["Location"] == f"/invitations/{token}"
    assert "no free seat" in words(guest.get(f"/invitations/{token}"))
    assert cast.team.memberships.count() == 3


@pytest.mark.parametrize("role", ["owner", "emperor", ""])
def test_nobody_is_invited_as_owner(cast: Cast, role: str) -> None:
    with pytest.raises(ValidationError):
        teams.invite(cast.ada, cast.team, "new@example.org", role)


def test_a_member_is_not_invited_again(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="already"):
        teams.invite(cast.ada, cast.team, "BEN@example.org", "member")


# Owners


def test_the_last_owner_neither_leaves_nor_steps_down(cast: Cast) -> None:
    mine = cast.team.memberships.get(user=cast.ada)
    client = logged_in(cast.ada)
    for told in ({"act": "remove"}, {"act": "role", "role": "member"}):
        answer = client.post(f"/account/teams/{cast.team.pk}/change", {"member": mine.pk, **told}, follow=True)
        assert "needs an owner" in words(answer, "//main")
    mine.refresh_from_db()
    assert mine.role == Role.OWNER
    _change(cast, cast.ada, act="role", member=cast.team.memberships.get(user=cast.ben).pk, role="owner")
    _change(cast, cast.ada, act="remove", member=mine.pk)
    assert cast.team.memberships.filter(user=cast.ada).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_together_leave_one_behind() -> None:
    ada, abe = person("ada"), person("abe")
    team = teams.found(ada, "Radiology")
    team.memberships.create(user=abe, role=Role.OWNER)
    start = threading.Barrier(2)
    refused: list[str] = []

    def leave(who: User) -> None:
        try:
            mine = Membership.objects.get(organisation=team, user=who)
            start.wait()
            teams.remove(who, mine)
        except ValidationError as error:
            refused.append(error.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=(who,)) for who in (ada, abe)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(organisation=team, role=Role.OWNER).count() == 1


def test_anybody_may_leave_and_loses_what_is_shared(cast: Cast) -> None:
    shared = keeping.make_list(cast.ben, "Ours", cast.team)
    assert _change(cast, cast.ben, act="remove", member=cast.team.memberships.get(user=cast.ben).pk) == 302
    assert logged_in(cast.ben).get(f"/account/lists/{shared.pk}").status_code == 404
    assert logged_in(cast.ada).get(f"/account/lists/{shared.pk}").status_code == 200


def test_a_team_whose_plan_is_charged_is_not_dissolved(cast: Cast) -> None:
    Subscription.objects.create(
        organisation=cast.team, plan=Plan.objects.get(slug="team"), provider="stripe", reference="s"
    )
    assert not dissolve(cast, cast.ada)
    Subscription.objects.update(cancels_at_end=True)
    assert dissolve(cast, cast.ada)


def test_every_member_has_the_plan_of_the_team(cast: Cast) -> None:
    Subscription.objects.create(organisation=cast.team, plan=Plan.objects.get(slug="team"))
    assert "Plan: Team" in words(logged_in(cast.ben).get("/account"), "//main")
    assert "Plan: Free" in words(logged_in(cast.cyd).get("/account"), "//main")


# The log of acts


def test_acts_are_logged_in_an_unbroken_chain_and_never_changed(cast: Cast) -> None:
    rename(cast, cast.ada)
    change_role(cast, cast.ada)
    events = AuditEvent.objects.order_by("id")
    assert {"team.founded", "team.role_changed"} <= set(events.values_list("act", flat=True))
    assert audit.is_whole(events)
    event = events[0]
    event.subject = "another"
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(act="x"),
    ):
        with pytest.raises(TypeError):
            attempt()
    assert audit.is_whole(AuditEvent.objects.order_by("id"))


def test_a_missing_and_an_altered_line_show(cast: Cast) -> None:
    rename(cast, cast.ada)
    change_role(cast, cast.ada)
    events = list(AuditEvent.objects.order_by("id"))
    assert not audit.is_whole([*events[:1], *events[2:]])
    events[1].subject = "another"
    assert not audit.is_whole(events)


@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_moment_form_one_chain() -> None:
    audit.record("first")

    def act() -> None:
        try:
            audit.record("together")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = list(AuditEvent.objects.order_by("id"))
    assert len(events) == 13
    assert audit.is_whole(events)


def test_the_log_is_exported_without_formulas(cast: Cast) -> None:
    teams.rename(cast.ada, cast.team, "Radiology")
    audit.record("key.made", actor=cast.ada, organisation=cast.team, subject='=HYPERLINK("http://evil")')
    audit.record("key.made", actor=cast.ada, organisation=cast.team, subject=" +1")
    response = logged_in(cast.ada).get(f"/account/teams/{cast.team.pk}/audit.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert list(rows[0]) == ["at", "act", "who", "subject", "seal"]
    assert {'\'=HYPERLINK("http://evil")', "' +1"} <= {row["subject"] for row in rows}
    assert {row["who"] for row in rows} == {"ada@example.org"}


def test_the_action_refuses_what_the_page_would_not_offer(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        teams.rename(cast.ben, cast.team, "x")
    with pytest.raises(PermissionDenied):
        teams.dissolve(cast.abe, cast.team)


@pytest.mark.parametrize(("address", "most"), [("/account/teams", 8), ("/account/teams/{team}", 14)])
def test_pages_ask_the_same_of_the_database_however_many_there_are(
    cast: Cast, address: str, most: int, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    Organisation.objects.update(seats=50)
    cast.team.refresh_from_db()
    client = logged_in(cast.ada)
    path = address.format(team=cast.team.pk)
    client.get(path)
    with django_assert_max_num_queries(most) as before:
        client.get(path)
    for n in range(5):
        cast.team.memberships.create(user=person(f"member{n}"))
        teams.found(cast.ada, f"Team {n}")
        teams.invite(cast.ada, cast.team, f"guest{n}@example.org", "member")
        keys.make_key(cast.ada, f"Robot {n}", ["read"], organisation=cast.team)
    with django_assert_num_queries(len(before)):
        client.get(path)
