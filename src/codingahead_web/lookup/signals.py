"""What a team shares stays with the team when a member goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from codingahead_web.accounts.models import Membership
from codingahead_web.lookup import actions


@receiver(pre_delete, sender=Membership)
def hand_over(sender: Any, instance: Membership, **_: Any) -> None:
    actions.hand_over(instance)
