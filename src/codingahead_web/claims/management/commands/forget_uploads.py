"""`python -m django forget_uploads`: drops claim files and reports past their time. Run it every hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from codingahead_web.claims import actions


class Command(BaseCommand):
    help = "Drops claim files and reports that are older than 24 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{actions.forget()} uploads forgotten")
