"""What follows from what the account library reports: the log of acts, and pages a guest had opened."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from axes import utils as axes
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from codingahead_web.accounts import audit
from codingahead_web.accounts.adapter import axes_name


@receiver(user_logged_in)
def logged_in(sender: Any, user: Any, **_: Any) -> None:
    audit.record("account.logged_in", actor=user)


@receiver(user_login_failed)
def login_failed(sender: Any, **_: Any) -> None:
    """Whose account was tried is not kept: a mistyped address is a stranger's."""
    audit.record("account.login_failed")


@receiver(account.user_signed_up)
def signed_up(sender: Any, user: Any, **_: Any) -> None:
    audit.record("account.registered", actor=user)


@receiver(account.email_confirmed)
def confirmed(sender: Any, email_address: Any, **_: Any) -> None:
    audit.record("account.email_confirmed", actor=email_address.user)


@receiver(account.email_changed)
def email_changed(sender: Any, user: Any, **_: Any) -> None:
    audit.record("account.email_changed", actor=user)


@receiver([account.password_changed, account.password_set, account.password_reset])
def password_changed(sender: Any, user: Any, **_: Any) -> None:
    audit.record("account.password_changed", actor=user)


@receiver(account.password_reset)
def unlock(sender: Any, user: Any, **_: Any) -> None:
    """Whoever reads the mail of the account may try again."""
    axes.reset(username=axes_name(None, {"email": user.email}))


@receiver(mfa.authenticator_added)
def authenticator_added(sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    audit.record("account.factor_added", actor=user, subject=str(authenticator.type))


@receiver(mfa.authenticator_removed)
def authenticator_removed(sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    audit.record("account.factor_removed", actor=user, subject=str(authenticator.type))
