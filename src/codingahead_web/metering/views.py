"""Plans for sale, a person's own plan and use, and what the payment provider reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from codingahead_web.accounts import audit, teams
from codingahead_web.accounts.models import Organisation, User
from codingahead_web.metering import subscribing
from codingahead_web.metering.models import Meter, Plan, Receipt, Subscription
from codingahead_web.metering.payments import Order, PaymentUnavailable, payments
from codingahead_web.metering.queries import Caller, public_plans, running_subscriptions, standing

MOST_SEATS = 10_000


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    mine = None
    if request.user.is_authenticated:
        mine = standing(Caller(user=request.user.pk), Meter.CODE_PAGE, timezone.localdate()).plan
    return render(
        request, "metering/pricing.html", {"plans": public_plans(), "mine": mine, "provider": payments().name}
    )


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "metering/overview.html", {"tab": "overview", **_own(request)})


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    receipts = Receipt.objects.filter(subscription__user=user) | Receipt.objects.filter(
        subscription__organisation__memberships__user=user
    )
    asked = Subscription.objects.filter(user=user, status=Subscription.Status.REQUESTED).select_related("plan")
    context = {
        "tab": "plan",
        "asked": asked,
        "receipts": receipts.distinct(),
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
    current = Subscription.objects.filter(user=user, status__in=Subscription.COUNTS).order_by("-plan__position").first()
    if request.POST.get("try") and subscribing.try_out(wanted, user):
        messages.success(request, f"{wanted.name} is yours to try for {wanted.trial_days} days. It ends by itself.")
        return redirect("plan")
    if (
        current
        and current.provider == "manual"
        and current.status == Subscription.Status.ACTIVE
        and wanted.position < current.plan.position
    ):
        subscribing.change_plan(current, wanted)
        messages.success(request, f"{wanted.name} begins with the next period; until then {current.plan.name} stays.")
        return redirect("plan")
    organisation = _team(request, wanted)
    order = Order(
        user,
        wanted,
        request.build_absolute_uri(reverse("plan")),
        request.POST.get("yearly") == "1",
        _seats(request, wanted),
        organisation,
    )
    try:
        away = payments().begin(order)
    except PaymentUnavailable as problem:
        messages.error(request, str(problem))
        return redirect("plan")
    audit.record("subscription.asked", actor=user, subject=wanted.slug)
    if away:
        return redirect(away)
    messages.success(request, f"You asked for {wanted.name}. The operator of this site approves it.")
    return redirect("plan")


@login_required
@require_POST
def change(request: HttpRequest, subscription: int) -> HttpResponse:
    """Cancel at the end of the period, take that back, or open the provider's portal."""
    found = get_object_or_404(Subscription, pk=subscription, user=_person(request), status__in=Subscription.COUNTS)
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
    audit.record("subscription.changed", actor=_person(request), subject=str(found.pk))
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


def _team(request: HttpRequest, wanted: Plan) -> int | None:
    """The team a plan is for, when the buyer may buy for it."""
    text = request.POST.get("team", "")
    if not wanted.per_seat or not text.isdecimal():
        return None
    organisation = get_object_or_404(Organisation, pk=int(text), memberships__user=_person(request))
    teams.require(_person(request), organisation, "buy")
    return organisation.pk


def _seats(request: HttpRequest, wanted: Plan) -> int:
    text = request.POST.get("seats", "1")
    return min(max(int(text), 1), MOST_SEATS) if wanted.per_seat and text.isdecimal() and len(text) < 6 else 1


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
