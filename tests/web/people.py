"""The people of the tests: Ada owns, Ben belongs, Cyd is a stranger. Made as the site makes them."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from codingahead_web.accounts.models import User

PASSWORD = "a rather long passphrase"


def person(name: str, **fields: object) -> User:
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.title(), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
