"""Plans for sale, a person's own plan and use, and what the payment provider reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from codingahead_web.accounts import audit
from codingahead_web.accounts.models import Membership, Organisation, User
from codingahead_web.accounts.permissions import PERMISSIONS
from codingahead_web.metering import subscribing
from codingahead_web.metering.models import Meter, Plan, Receipt, Subscription
from codingahead_web.metering.payments import Order, PaymentUnavailable, payments
from codingahead_web.metering.queries import Caller, public_plans, running_subscriptions, standing

MOST_SEATS = 10_000
LONGEST_NUMBER = 12


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    mine, may_buy_for = None, Organisation.objects.none()
    if request.user.is_authenticated:
        mine = standing(Caller(user=request.user.pk), Meter.CODE_PAGE, timezone.localdate()).plan
        may_buy_for = _may_buy_for(_person(request))
    context = {"plans": public_plans(), "mine": mine, "provider": payments().name, "teams": may_buy_for}
    return render(request, "metering/pricing.html", context)


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "metering/overview.html", {"tab": "overview", **_own(request)})


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    theirs = Q(user=user) | Q(organisation__in=_may_buy_for(user))
    held = Subscription.objects.filter(theirs)
    receipts = Receipt.objects.filter(subscription__in=held)
    asked = held.filter(status=Subscription.Status.REQUESTED).select_related("plan", "organisation")
    context = {
        "tab": "plan",
        "asked": asked,
        "receipts": receipts,
        "buyable": set(_may_buy_for(user).values_list("pk", flat=True)),
        "provider": payments().name,
        **_own(request),
    }
    return render(request, "metering/plan.html", context)


@login_required
@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Try, ask for, buy, or change to a plan."""
    user = _person(request)
    wanted = get_object_or_404(Plan, slug=slug, is_public=True, is_sold=True)
    if request.POST.get("try") and not wanted.per_seat:
        return _try_out(request, wanted)
    organisation = _team(request, wanted)
    if wanted.per_seat and organisation is None:
        messages.error(request, f"{wanted.name} is for a team. Found one, or choose which.")
        return redirect("teams")
    now = subscribing.current(user=user, organisation=organisation)
    if now and now.status == Subscription.Status.ACTIVE and wanted.position < now.plan.position:
        return _step_down(request, now, wanted)
    order = Order(
        user,
        wanted,
        request.build_absolute_uri(reverse("plan")),
        request.POST.get("yearly") == "1",
        _seats(request, wanted),
        organisation.pk if organisation else None,
    )
    try:
        away = payments().begin(order)
    except PaymentUnavailable as problem:
        messages.error(request, str(problem))
        return redirect("plan")
    audit.record("subscription.asked", actor=user, organisation=organisation, subject=wanted.slug)
    if away:
        return redirect(away)
    messages.success(request, f"You asked for {wanted.name}. The operator of this site approves it.")
    return redirect("plan")


@login_required
@require_POST
def change(request: HttpRequest, subscription: int) -> HttpResponse:
    """Cancel at the end of the period, take that back, or open the provider's portal."""
    user = _person(request)
    mine = Subscription.objects.filter(Q(user=user) | Q(organisation__in=_may_buy_for(user)))
    found = get_object_or_404(mine, pk=subscription, status__in=Subscription.COUNTS)
    if found.provider != "manual":
        try:
            away = payments().portal(found, request.build_absolute_uri(reverse("plan")))
        except PaymentUnavailable as problem:
            messages.error(request, str(problem))
            away = None
        return redirect(away or "plan")
    if request.POST.get("act") == "keep":
        subscribing.keep_on(found)
        messages.success(request, "Your plan goes on.")
    else:
        ends = subscribing.cancel(found)
        messages.success(request, f"Your plan ends on {ends:%d %b %Y}. Until then everything stays.")
    audit.record("subscription.changed", actor=user, organisation=found.organisation, subject=str(found.pk))
    return redirect("plan")


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    from codingahead_web.metering.payments.stripe import BadSignature, receive

    try:
        receive(request.body, request.headers.get("Stripe-Signature", ""))
    except (BadSignature, PaymentUnavailable):
        return HttpResponse("the signature is not right", status=400, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def _own(request: HttpRequest) -> dict[str, Any]:
    user, today = _person(request), timezone.localdate()
    caller = Caller(user=user.pk)
    meters = [(label, standing(caller, meter, today)) for meter, label in Meter.choices]
    subscriptions = running_subscriptions(caller).select_related("plan", "organisation").distinct()
    return {"meters": meters, "standing": meters[0][1], "subscriptions": subscriptions}


def _try_out(request: HttpRequest, wanted: Plan) -> HttpResponse:
    if subscribing.try_out(wanted, _person(request)):
        messages.success(request, f"{wanted.name} is yours to try for {wanted.trial_days} days. It ends by itself.")
    else:
        messages.error(request, f"You have had {wanted.name} before; a trial is given once. Nothing was changed.")
    return redirect("plan")


def _step_down(request: HttpRequest, now: Subscription, wanted: Plan) -> HttpResponse:
    if now.provider != "manual":
        messages.error(request, f"Cancel {now.plan.name} first; when its period is over, choose {wanted.name}.")
        return redirect("plan")
    begins = subscribing.step_down(now, wanted)
    audit.record("subscription.changed", actor=_person(request), organisation=now.organisation, subject=str(now.pk))
    messages.success(request, f"{wanted.name} begins on {begins:%d %b %Y}; until then {now.plan.name} stays.")
    return redirect("plan")


def _may_buy_for(user: User) -> QuerySet[Organisation]:
    mine = Membership.objects.filter(user=user, role__in=PERMISSIONS["buy"])
    return Organisation.objects.filter(pk__in=mine.values("organisation")).order_by("name")


def _team(request: HttpRequest, wanted: Plan) -> Organisation | None:
    """The team that a plan with seats is for: the one named, or the only one that the buyer may buy for."""
    if not wanted.per_seat:
        return None
    text, mine = request.POST.get("team", ""), _may_buy_for(_person(request))
    if text:
        return get_object_or_404(mine, pk=int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else 0)
    return mine.get() if mine.count() == 1 else None


def _seats(request: HttpRequest, wanted: Plan) -> int:
    text = request.POST.get("seats", "1")
    return min(max(int(text), 1), MOST_SEATS) if wanted.per_seat and text.isdecimal() and len(text) < 6 else 1


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
