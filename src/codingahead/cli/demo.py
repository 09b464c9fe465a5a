"""`codingahead demo`: fills a home with invented people, teams, favourite lists and a job board, to look around in."""

from __future__ import annotations

import argparse
from typing import Any

from codingahead.cli.common import pack_option, print_json
from codingahead.cli.site import ready_site
from codingahead.words.errors import BadInput

PASSWORD = "demonstration only"
# Name, plan, part in the team of the demonstration; everybody's address is NAME@demo.example.
PEOPLE = (
    ("free", "free", ""), ("pro", "pro", ""), ("owner", "team", "owner"), ("admin", "", "admin"), ("member", "", "member"),
    ("enterprise", "enterprise", ""), ("operator", "", ""),
)  # fmt: skip
TEAM = "Demonstration Clinic"
LISTS = {
    "Office visits": [("cpt", c) for c in ("99202", "99203", "99204", "99212", "99213", "99214")],
    "Aneurysm repair": [("cpt", "61624"), ("cpt", "61626"), ("icd10cm", "I67.1"), ("icd10cm", "I60.7")],
}
POSTINGS, EMPLOYERS = 300, 40


def add(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "demo", help="invented accounts, lists and jobs to look around in"
    )
    parser.add_argument("--postings", type=int, default=POSTINGS, help="invented jobs")
    parser.add_argument("--json", action="store_true", help="JSON output")
    pack_option(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """May be run again: what stands already is left as it is. Refuses a home in which somebody has an account: these passwords are known."""
    ready_site(options)
    _refuse_real_home()
    told: dict[str, Any] = {
        "password": PASSWORD,
        "accounts": _people(),
        "lists": _lists(),
        "postings": _board(max(0, options.postings)),
    }
    if options.json:
        print_json(told)
        return 0
    print(f"Everybody's password is: {PASSWORD}\n")
    for row in told["accounts"]:
        print(f"  {row['email']:28} {row['plan'] or 'no plan':12} {row['role']}")
    print(
        f"\n{told['lists']} favourite lists of pro@demo.example, {told['postings']} postings on the job board at /careers."
    )
    print("For a machine that strangers can reach, these accounts are open doors: delete them.")
    return 0


def _refuse_real_home() -> None:
    from codingahead_web.accounts.models import User

    if User.objects.exclude(email__endswith="@demo.example").exists():
        raise BadInput("somebody has an account here", "name an empty folder with CODINGAHEAD_HOME")


def _people() -> list[dict[str, str]]:

    from codingahead_web.accounts import teams
    from codingahead_web.accounts.models import Membership, Organisation, User
    from codingahead_web.metering.models import Plan, Subscription

    rows, team = [], Organisation.objects.filter(name=TEAM, memberships__user__email="owner@demo.example").first()
    for name, plan, role in PEOPLE:
        email = f"{name}@demo.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(
                email, PASSWORD, name=name.title(), is_staff=name == "operator", is_superuser=name == "operator"
            )
            user.emailaddress_set.create(  # type: ignore[attr-defined]
                email=email, verified=True, primary=True
            )
        if role == "owner" and team is None:
            team = teams.found(user, TEAM)
        elif role and team is not None:
            Membership.objects.get_or_create(organisation=team, user=user, defaults={"role": role})
        holder = {"organisation": team} if role else {"user": user}
        row = Plan.objects.filter(slug=plan).first() if plan not in ("", "free") else None
        if row is not None and not Subscription.objects.filter(plan=row, **holder).exists():
            Subscription.objects.create(plan=row, seats=5 if role else 1, **holder)
        said = "operator" if name == "operator" else f"{role} of {TEAM}" if role else ""
        rows.append({"email": email, "plan": plan, "role": said})
    return rows


def _lists() -> int:
    from codingahead_web.accounts.models import User
    from codingahead_web.lookup import actions
    from codingahead_web.lookup.models import FavouriteList

    user = User.objects.get(email="pro@demo.example")
    for name, codes in LISTS.items():
        made = FavouriteList.objects.filter(owner=user, name=name).first() or actions.make_list(user, name)
        actions.add(made, [(system, code, "") for system, code in codes])
    return len(LISTS)


def _board(total: int) -> int:
    """The first employer is the team of the demonstration; the others are teams without members."""
    from codingahead_web.accounts.models import Organisation
    from codingahead_web.careers.actions import samples
    from codingahead_web.careers.models import Posting

    here = Posting.objects.filter(employer__domain__endswith=".example")
    if not here.exists():
        teams = [Organisation.objects.get(name=TEAM, memberships__user__email="owner@demo.example")]
        teams += [Organisation.objects.create(name=f"Demonstration Employer {i}") for i in range(1, EMPLOYERS)]
        samples.add_postings(samples.add_employers(teams), total)
    return here.count()
