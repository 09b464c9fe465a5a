"""The few exceptions of the library.

    CodingAheadError          message says what is wrong, hint what to do
    ├── BadInput              the sender's fault: correct it and ask again
    │   ├── AmbiguousCode     the code exists in several systems: name one
    │   └── BadField          one field of a claim cannot be read: correct that field
    ├── NotFound              well formed, but there is no such thing
    ├── PackProblem           the operator's fault: no pack, or one that cannot be read
    └── BuildProblem          building a pack stopped; the old one still serves
        ├── Unreadable        one source file cannot be understood
        └── Refused           one release contradicts itself

`retry` tells whether the same call may succeed later without a change by the caller.
"""

from __future__ import annotations


class CodingAheadError(Exception):
    """Base of all. `code` is the snake_case name used in the one JSON error shape."""

    code = "error"
    retry = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_json(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint, "retry": self.retry}}


class BadInput(CodingAheadError):
    code = "bad_input"


class AmbiguousCode(BadInput):
    """`systems` names the code systems to choose from."""

    code = "ambiguous_code"

    def __init__(self, message: str, hint: str, systems: list[str]) -> None:
        super().__init__(message, hint)
        self.systems = systems

    def to_json(self) -> dict[str, object]:
        error = super().to_json()["error"]
        assert isinstance(error, dict)
        return {"error": error | {"systems": self.systems}}


class BadField(BadInput):
    """`field` names the field as the JSON of a claim names it; `line` the service line it stands on, None for the claim itself."""

    def __init__(self, field: str, message: str, hint: str = "", line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}", hint)
        self.field = field
        self.line = line

    def to_json(self) -> dict[str, object]:
        error = super().to_json()["error"]
        assert isinstance(error, dict)
        return {"error": error | {"field": self.field, "line": self.line}}


class NotFound(CodingAheadError):
    code = "not_found"


class PackProblem(CodingAheadError):
    code = "no_pack"
    retry = True


class BuildProblem(CodingAheadError):
    code = "build_failed"


class Unreadable(BuildProblem):
    code = "unreadable_source"


class Refused(BuildProblem):
    code = "release_refused"
