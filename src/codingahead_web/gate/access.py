"""Who is calling, and may they read this code page? Asks the meter, keeps the guest's cookie, and locks what was not paid for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from codingahead.words.errors import CodingAheadError
from codingahead_web.accounts import clients
from codingahead_web.accounts.models import ApiKey, User
from codingahead_web.metering import actions
from codingahead_web.metering.models import Meter
from codingahead_web.metering.queries import Caller, Standing, standing

GUEST_COOKIE = "guest"
YEAR = 365 * 24 * 3600
_SALT = "codingahead.guest"
# What is readable without a view left; everything else of a Code value is dropped, not hidden.
READABLE = (
    "code", "system", "system_name", "on", "status", "billable", "title", "title_source", "valid_from", "valid_to", "descriptor",
    "common_language", "notice",
)  # fmt: skip
READABLE_TEXT = ("summary", "reviewed", "source")


class AllowanceUsed(CodingAheadError):
    """The caller's plan is used up for the period."""

    code = "allowance_used"


class Reader(Enum):
    """`OPEN`: metering is off or the plan is unlimited; `METERED`: counted; `ROBOT`: two sections, nothing counted."""

    OPEN = "open"
    METERED = "metered"
    ROBOT = "robot"


@dataclass(frozen=True, slots=True)
class Views:
    """The words of the bar on top. `more`: how many a free account adds for a guest."""

    left: int
    limit: int
    is_guest: bool
    period: str
    more: int | None = None


class Access:
    """What the meter says about one request."""

    def __init__(self, request: HttpRequest, today: date) -> None:
        self._request, self._today = request, today
        self._standing: Standing | None = None
        self._opening: actions.Opening | None = None
        self._subject = ""
        self._new_token: str | None = None
        self._call: int | None = None

    @property
    def key(self) -> ApiKey | None:
        return getattr(self._request, "api_key", None)

    @property
    def user(self) -> User | None:
        if self.key is not None:
            return self.key.owner
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def reader(self) -> Reader:
        if not settings.METERING:
            return Reader.OPEN
        return Reader.ROBOT if self.user is None and clients.is_robot(self._request) else Reader.METERED

    @property
    def caller(self) -> Caller:
        if self.user is not None:
            return Caller(user=self.user.pk, organisation=self.key.organisation_id if self.key else None)
        return Caller(
            token=guest_token(self._request),
            fingerprint=clients.fingerprint(self._request, self._today),
            network=clients.network(self._request),
        )

    def open(self, system: str, code: str) -> bool:
        """Whether the page of this code may be read in full; spends a view where one is due. A HEAD request neither spends nor opens."""
        if self.reader is not Reader.METERED:
            return self.reader is Reader.OPEN
        self._subject = f"{system}/{code}"
        if self._request.method == "HEAD":
            return self._subject in self.standing.opened or self.standing.is_unlimited
        self._opening = actions.open_page(self.caller, self._subject, self._today)
        self._standing = self._opening.standing
        if self.user is None and self._opening.token and self._opening.token != guest_token(self._request):
            self._new_token = self._opening.token
        return self._opening.is_open

    def count_call(self) -> bool:
        """Counts one call of a program; False when the plan's calls are used up."""
        if not settings.METERING:
            return True
        self._call = actions.count(self.caller, Meter.API_CALL, self._today)
        return self._call is not None

    def take_call_back(self) -> None:
        if self._call is not None:
            actions.uncount(self._call)

    def is_opened(self, system: str, code: str) -> bool:
        """Whether the page was opened before; for parts of it that are fetched afterwards, which cost nothing."""
        if self.reader is not Reader.METERED:
            return self.reader is Reader.OPEN
        return self.standing.is_unlimited or f"{system}/{code}" in self.standing.opened

    def give_back(self) -> None:
        """The page failed after its view was spent."""
        if self._opening is not None:
            actions.close_page(self._opening, self._subject)
            self._opening = None

    @contextmanager
    def metered(self, meter: str, amount: int) -> Iterator[None]:
        """Sets `amount` aside while the work is done, and gives it back when it fails. Raises AllowanceUsed when there is not so much left."""
        if self.reader is Reader.OPEN:
            yield
            return
        use = actions.reserve(self.caller, meter, amount, self._today)
        if use is None:
            raise AllowanceUsed(
                "your plan does not allow that much any more in this period",
                "see the plans at /pricing, or try again later",
            )
        try:
            yield
        except BaseException:
            actions.give_back(use)
            raise
        actions.settle(use)

    @property
    def standing(self) -> Standing:
        if self._standing is None:
            self._standing = standing(self.caller, Meter.CODE_PAGE, self._today)
        return self._standing

    @property
    def views(self) -> Views | None:
        """What the bar says; None for readers who are not counted."""
        if self.reader is not Reader.METERED or self.standing.amount is None:
            return None
        now = self.standing
        return Views(now.left or 0, now.amount or 0, self.user is None, now.period, now.more)

    def keep(self, response: HttpResponse) -> None:
        """Hands a new guest the cookie; a failed page gives its view back and hands out nothing."""
        if self._opening is not None and self._opening.spent and response.status_code >= 400:
            self.give_back()
        elif self._new_token:
            response.set_cookie(
                GUEST_COOKIE, signing.dumps(self._new_token, salt=_SALT), max_age=YEAR, httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip


def guest_token(request: HttpRequest) -> str | None:
    """The token of a genuine guest cookie; a forged one counts as none."""
    try:
        token = signing.loads(request.COOKIES[GUEST_COOKIE], salt=_SALT, max_age=YEAR)
    except (KeyError, signing.BadSignature):
        return None
    return token if isinstance(token, str) and token.isascii() and len(token) <= 64 else None


def locked(value: dict[str, Any]) -> dict[str, Any]:
    """The Code value without what a caller with no views left may not read."""
    made = {name: value.get(name) for name in READABLE}
    if made["common_language"]:
        made["common_language"] = {name: made["common_language"].get(name) for name in READABLE_TEXT}
    cited = {(value.get("common_language") or {}).get("source"), (value.get("descriptor") or {}).get("source")}
    made["sources"] = [s for s in value["sources"] if s["n"] in cited]
    made["stale"], made["not_loaded"] = [], []
    made["locked"] = {
        "message": "Register to view content",
        "hint": "Create a free account to unlock this content",
    }
    return made
