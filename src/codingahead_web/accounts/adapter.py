"""How the account library behaves here: no addresses kept, no registration where the operator closed it, our own words in mails."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from codingahead_web.accounts import clients


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION)

    def get_client_ip(self, request: HttpRequest) -> str:
        return clients.pseudonym(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes alone, which says so on a page; wrong codes stay with this library."""

    def send_account_already_exists_mail(self, email: str) -> None:
        """Hashes as long as a new account would: the time of the answer must not tell that the address is known."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.strip().lower()
        if commit:
            user.save()
        return user


def axes_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """Whose password is tried, as a keyed digest: however the address is written, and without keeping it."""
    told = credentials or (request.POST if request else {})
    name = told.get("email") or told.get("username") or told.get("login")
    return clients.keyed("login", str(name).strip().lower()) if name else None


def axes_address(request: HttpRequest) -> str:
    """What the guard against guessed passwords counts by, in place of the address."""
    return clients.pseudonym(request)
