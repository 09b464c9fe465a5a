"""What does a mail want? Pure: its words and the texts of its files become questions, a list of codes, a case, or nothing with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from codingahead.pilot.question import understand

MOST_QUESTIONS = 10
MOST_CODES = 50
LONG_NOTE = 60  # words
_HEADINGS = re.compile(
    r"(?im)^\s*(?:pre-?operative diagnos[ie]s|post-?operative diagnos[ie]s|procedures?(?: performed)?|operation|indications?|findings|technique|anesthesia"
    r"|description of (?:the )?procedure|operative (?:note|report)|history of present illness|hpi|chief complaint|assessment(?: and plan)?|impression"
    r"|physical exam(?:ination)?|review of systems|estimated blood loss|complications|discharge diagnos[ie]s|plan)\s*:"
)
_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•]|q\d{0,2}[:.)])\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9\"'(])")
_CODE = r"(?:[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?|\d{4}[0-9FTUM]|[A-V]\d{4})(?:-[0-9A-Z]{2})*"
_CODES_LINE = re.compile(rf"(?i)^\s*{_CODE}(?:[\s,;/]+{_CODE})*\s*$")
_DAY_SAID = re.compile(
    r"(?i)\b(?:dos|date of (?:service|surgery|procedure)|service date|on)\b[:\s]*(?:was |is |of )?(\d{1,2}/\d{1,2}/\d{4}|20\d\d-\d\d-\d\d)"
)
_FOLLOW = re.compile(r"(?i)^\s*(?:why|and|what about|how about|is that|so|are you sure|but|then)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """`questions` one by one, `codes` of a bare list, `case` a clinical note. All empty: nothing was seen."""

    questions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    case: str = ""
    on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.questions or self.codes or self.case)


def triage(subject: str, text: str, notes: tuple[str, ...] = (), remembered: tuple[str, ...] = ()) -> Asked:
    """`notes`: texts of attached documents. `remembered`: codes of the thread so far."""
    bare = re.sub(r"(?i)^(?:\s*(?:re|aw|fwd?)\s*:)+", "", subject).strip()
    own, note = _note_within(text)
    case = "\n\n".join(n for n in (note, *(n for n in notes if _is_note(n))) if n).strip()
    extra = [n for n in notes if not _is_note(n)]
    listed = _listed("\n".join([own, *extra]))
    questions = _questions(own, remembered)
    for short in extra:
        questions += [q for q in _questions(short, remembered) if q not in questions]
    if not questions and not listed and _asks(bare):
        questions = [
            f"{bare}. {own}" if own and not case and understand(own).codes and not understand(bare).codes else bare
        ]
    if not questions and not listed and not case and own:
        questions = [own] if _asks(own) or len(own.split()) > 2 else []
    return Asked(
        tuple(questions[:MOST_QUESTIONS]),
        () if questions and not listed else listed,
        case,
        day_said(f"{subject}\n{text}"),
    )


def day_said(text: str) -> date | None:
    """The one date of service that the mail names; None when it names none, or several."""
    found = set()
    for said in _DAY_SAID.findall(text):
        for form in ("%m/%d/%Y", "%Y-%m-%d"):
            try:
                found.add(datetime.strptime(said, form).date())  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
    return found.pop() if len(found) == 1 else None


def _is_note(text: str) -> bool:
    return len(_HEADINGS.findall(text)) >= 2 or len(text.split()) >= LONG_NOTE


def _note_within(text: str) -> tuple[str, str]:
    """A note pasted into the mail begins at its first heading; what stands before it, and a question at its end, is the sender's."""
    headings = list(_HEADINGS.finditer(text))
    if len(headings) < 2:
        narrative = len(text.split()) >= 2 * LONG_NOTE and "?" not in text and not understand(text[:4000]).codes
        return ("", text) if narrative else (text, "")
    before, note = text[: headings[0].start()].strip(), text[headings[0].start() :].strip()
    last = note.rpartition("\n\n")
    if last[0] and last[2].rstrip().endswith("?"):
        return f"{before}\n\n{last[2]}".strip(), last[0]
    return before, note


def _listed(text: str) -> tuple[str, ...]:
    """Codes that stand alone on their lines, when there are two of them at least."""
    rows = [line for line in text.split("\n") if _CODES_LINE.match(line)]
    codes = [c.upper() for row in rows for c in re.findall(rf"(?i){_CODE}", row)]
    return tuple(dict.fromkeys(codes))[:MOST_CODES] if len(codes) >= 2 else ()


def _questions(text: str, remembered: tuple[str, ...]) -> list[str]:
    made: list[str] = []
    everywhere = understand(text).codes
    for block in _blocks(text):
        sentences = [s.strip() for s in _SENTENCE.split(" ".join(block.split())) if s.strip()]
        asked = [s for s in sentences if s.endswith("?")]
        said = [s for s in sentences if not s.endswith("?")]
        if not asked and _asks(block):
            made.append(" ".join(sentences))
        for one in asked:
            made.append(_with_context(one, said, everywhere, remembered))
    return list(dict.fromkeys(made))


def _blocks(text: str) -> list[str]:
    """Paragraphs, and the items of a numbered or dotted list each for itself."""
    made: list[list[str]] = [[]]
    for line in text.split("\n"):
        if not line.strip() or _ITEM.match(line):
            made.append([])
        if line.strip() and not _CODES_LINE.match(line):
            made[-1].append(_ITEM.sub("", line).strip())
    return [" ".join(lines) for lines in made if lines]


def _with_context(question: str, said: list[str], everywhere: tuple[str, ...], remembered: tuple[str, ...]) -> str:
    """A question without a code leans on the sentences before it, then on the mail, then on the thread."""
    own = understand(question)
    if own.codes or (own.modifiers and not said):
        return question
    context = " ".join(s for s in said if understand(s).codes or understand(s).modifiers)
    if context:
        return f"{context} {question}"
    if "find" in own.intents:
        return question
    if everywhere:
        return f"{question} ({', '.join(everywhere[:4])})"
    if remembered and (_FOLLOW.match(question) or own.intents):
        return f"{question} ({', '.join(remembered[:4])})"
    return " ".join([*said[-1:], question]) if said and len(question.split()) < 6 else question


def _asks(text: str) -> bool:
    """Without a question mark: codes with an intent, or an intent that finds."""
    seen = understand(text)
    return bool((seen.codes and seen.intents) or "find" in seen.intents or (seen.codes and len(text.split()) <= 6))
