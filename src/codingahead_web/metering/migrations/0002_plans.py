"""The plans that a new installation begins with; the operator changes them in the admin."""

from decimal import Decimal

from django.db import migrations

PLANS = (
    ("guest", "Guest", 0, "Look around", None, None, False, 0, ("Search without limit", "Jobs without limit"), False,
     {"code_page": (1, "lifetime"), "casepilot_turn": (3, "day"), "consultant_email": (0, "lifetime"), "claim_line": (100, "day"), "api_call": (500, "day")}),
    ("free", "Free", 1, "Get to know it", Decimal(0), Decimal(0), False, 0,
     ("Favourite lists and notes", "Search and view history", "Instant mail answers"), True,
     {"code_page": (5, "lifetime"), "casepilot_turn": (10, "day"), "consultant_email": (3, "month"), "claim_line": (500, "day"), "api_call": (1000, "day")}),
    ("pro", "Pro", 2, "For the coder who codes all day", Decimal("29.00"), Decimal("290.00"), False, 14,
     ("Everything in Free", "Every code page in full", "Claim files with a report", "API keys"), True,
     {"code_page": (None, "lifetime"), "casepilot_turn": (300, "day"), "consultant_email": (200, "month"), "claim_line": (200_000, "month"),
      "api_call": (50_000, "month")}),
    ("team", "Team", 3, "For practices and billing offices", Decimal("24.00"), Decimal("240.00"), True, 14,
     ("Everything in Pro for each member", "Shared lists and notes", "Roles, audit log, seats"), True,
     {"code_page": (None, "lifetime"), "casepilot_turn": (1000, "day"), "consultant_email": (1000, "month"), "claim_line": (5_000_000, "month"),
      "api_call": (500_000, "month")}),
    ("enterprise", "Enterprise", 4, "For hospitals and vendors", None, None, True, 0,
     ("Everything in Team", "Single sign-on", "No limits on claims and calls", "Support by agreement"), True,
     {"code_page": (None, "lifetime"), "casepilot_turn": (None, "lifetime"), "consultant_email": (None, "lifetime"), "claim_line": (None, "lifetime"),
      "api_call": (None, "lifetime")}),
)  # fmt: skip


def add_plans(apps, schema_editor):
    plan_model, allowance_model = apps.get_model("metering", "Plan"), apps.get_model("metering", "Allowance")
    for slug, name, position, tagline, monthly, yearly, per_seat, trial, features, sold, allowances in PLANS:
        plan, made = plan_model.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name, "position": position, "tagline": tagline, "monthly": monthly, "yearly": yearly, "per_seat": per_seat,
                "trial_days": trial, "features": "\n".join(features), "is_sold": sold and slug not in ("guest", "free"),
            },
        )  # fmt: skip
        if made:
            for meter, (amount, period) in allowances.items():
                allowance_model.objects.create(plan=plan, meter=meter, amount=amount, period=period)


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_first")]
    operations = [migrations.RunPython(add_plans, migrations.RunPython.noop)]
