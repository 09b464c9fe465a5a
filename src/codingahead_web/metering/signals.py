"""What was counted of a person goes with the account."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from codingahead_web.accounts.models import User
from codingahead_web.metering.models import Tally
from codingahead_web.metering.queries import Caller


@receiver(pre_delete, sender=User)
def forget(sender: Any, instance: User, **_: Any) -> None:
    Tally.objects.filter(holder=Caller(user=instance.pk).holder).delete()
