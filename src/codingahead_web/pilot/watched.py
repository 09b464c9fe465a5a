"""A codebook that tells what it is asked, so that a reader sees each look-up while the answer is being made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codingahead.codebook import Codebook

Tell = Callable[[str], None]
_STEPS: dict[str, str] = {
    "lookup": "Looking up {0}",
    "search": "Searching for {0}",
    "partners": "Checking NCCI edits of {0}",
    "check": "Checking the lines as a claim",
    "price": "Working out the fee",
    "cover": "Reading the coverage policies on {0}",
    "crosswalk": "Following {0} to other code systems",
    "changes": "Comparing releases",
    "level": "Levelling the visit",
    "code_note": "Reading the case",
}


class Watched:
    """Stands for the codebook in one question."""

    def __init__(self, codebook: Codebook, tell: Tell) -> None:
        self._codebook, self._tell, self._told = codebook, tell, set[str]()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._codebook, name)
        step = _STEPS.get(name)
        if step is None or not callable(found):
            return found

        def asked(*arguments: Any, **named: Any) -> Any:
            self._say(step, arguments)
            return found(*arguments, **named)

        return asked

    def ask(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        """CasePilot with this object as its book."""
        answer: dict[str, Any] = Codebook.ask(self, *arguments, **named)  # type: ignore[arg-type]
        return answer

    def _say(self, step: str, arguments: tuple[Any, ...]) -> None:
        first = arguments[0] if arguments else ""
        text = step.format(getattr(first, "text", first if isinstance(first, str) else ""))[:120]
        if text not in self._told:
            self._told.add(text)
            self._tell(text)
