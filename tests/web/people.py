"""The people of the tests: Ada owns, Ben belongs, Cyd is a stranger. Made as the site makes them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.test import Client

from codingahead_web.accounts.models import User

PASSWORD = "a rather long passphrase"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def person(name: str, **fields: object) -> User:
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.title(), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def logged_in(user: User, **options: object) -> Client:
    """The browser of somebody who has logged in, set to a day that the universe covers."""
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    client.cookies["on"] = "2026-08-01"
    return client


def log_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> object:
    """As a person does it: by the form."""
    return client.post("/account/login/", {"login": user.email, "password": password, **more})
