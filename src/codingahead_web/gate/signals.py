"""A guest's opened pages go with him or her into the new account."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver
from django.utils import timezone

from codingahead_web.gate.access import guest_token
from codingahead_web.metering import actions
from codingahead_web.metering.queries import Caller


@receiver(user_signed_up)
def carry_over(sender: Any, request: Any, user: Any, **_: Any) -> None:
    token = guest_token(request)
    if token:
        actions.carry_over(Caller(token=token), user.pk, timezone.localdate())
