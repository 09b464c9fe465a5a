"""Medical decision making: the level of each of its three elements, what two of them come to, and what one more would do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from codingahead.coder.visit_asked import ELEMENTS, VisitQuestion
from codingahead.coder.visit_tables import LEVELS, Tables, tables


@dataclass(frozen=True, slots=True)
class Element:
    """One of problems, data and risk. `level` 1 to 4; None: nothing was said about it."""

    name: str
    level: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Raise:
    """A way to a higher level: these elements at that level."""

    level: int
    elements: tuple[str, ...]


def elements(question: VisitQuestion) -> tuple[Element, ...]:
    """A level that was told counts before what the worksheet holds."""
    known = tables()
    made = {"problems": _problems(question, known), "data": _data(question), "risk": _risk(question, known)}
    return tuple(_told(name, getattr(question, name), known) or made[name] for name in ELEMENTS)


def decision(found: tuple[Element, ...]) -> int | None:
    """The level that two of the three meet or exceed; None when fewer than two are known. An unknown third can only raise it."""
    levels = sorted((e.level for e in found if e.level is not None), reverse=True)
    return levels[1] if len(levels) > 1 else None


def raises(found: tuple[Element, ...], level: int) -> tuple[Raise, ...]:
    """The smallest sets of elements that would bring the decision up to `level`."""
    low = [e.name for e in found if (e.level or 0) < level]
    wanting = 2 - (len(found) - len(low))
    return tuple(Raise(level, some) for some in combinations(low, wanting)) if wanting > 0 else ()


def _told(name: str, level: int | None, known: Tables) -> Element | None:
    if level is None:
        return None
    return Element(name, level, f"as stated; {LEVELS[level - 1]} is {known.criteria(name, level)}")


def _problems(question: VisitQuestion, known: Tables) -> Element:
    if not question.addressed:
        return Element("problems", None, "no problem was named")
    level = 0
    said = []
    for name, count in question.addressed:
        kind = known.problems[name]
        level = max(level, kind.two if count > 1 else kind.level)
        said.append(f"{count} × {kind.text}" if count > 1 else kind.text)
    return Element("problems", level, "; ".join(said))


def _data(question: VisitQuestion) -> Element:
    q = question
    marks = (q.historian, q.interpretation, q.discussion)
    if q.tests is None and not any(marks):
        return Element("data", None, "no test, document, historian, interpretation or discussion was named")
    tests = q.tests or 0
    groups = (tests + q.historian >= 3) + q.interpretation + q.discussion
    level = 4 if groups >= 2 else 3 if groups else 2 if tests >= 2 or q.historian else 1
    counted = f"{tests} {'test, document or note' if tests == 1 else 'tests, documents or notes'}"
    words = ("an independent historian", "an own interpretation of a test", "a discussion with an outside professional")
    return Element(
        "data", level, "; ".join((counted, *(word for word, is_there in zip(words, marks, strict=True) if is_there)))
    )


def _risk(question: VisitQuestion, known: Tables) -> Element:
    if not question.risks:
        return Element("risk", None, "no risk of the treatment was named")
    kinds = [known.risks[name] for name in dict.fromkeys(question.risks)]
    return Element("risk", max(k.level for k in kinds), "; ".join(k.text for k in kinds))
