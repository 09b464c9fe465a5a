"""Does each modifier exist, may it go with the code, and do those of one line agree?

Indicators of the physician fee schedule; Medicare Claims Processing Manual chapter 12, sections 20.4 and 40. CARC 182: invalid on the
day, CARC 4: inconsistent with the procedure, CARC 54: assistant or co-surgeon not allowed.
"""

from __future__ import annotations

from collections.abc import Iterator

from codingahead.checks.book import Day
from codingahead.checks.said import Said, Silent, Spoken
from codingahead.reference.modifiers import is_visit
from codingahead.words.claims import ServiceLine, Setting, Severity

UNKNOWN, NOT_ALLOWED, CONFLICT = "modifier.unknown", "modifier.not_allowed", "modifier.conflict"
SURGEONS = frozenset({"62", "66", "80", "81", "82", "AS"})
DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
# Harmless where they say nothing: the payer ignores them.
IDLE = frozenset({"51"})
VISIT = frozenset({"24", "25", "57"})
# Said by hospitals and surgical centers alone (Medicare Claims Processing Manual chapter 4 section 20.6).
FACILITY = frozenset({"27", "73", "74"})
ANESTHESIA = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ", "G8", "G9", *(f"P{n}" for n in range(1, 7))})
PAIRS = (
    ({"50"}, {"RT"}, "50 says both sides, RT one side"),
    ({"50"}, {"LT"}, "50 says both sides, LT one side"),
    ({"RT"}, {"LT"}, "RT and LT on one line name two sides of one service"),
    ({"26"}, {"TC"}, "26 and TC together are the whole service, which takes neither"),
    ({"62"}, SURGEONS - {"62"}, "a co-surgeon is neither team nor assistant"),
    ({"GA"}, {"GZ"}, "GA says that a notice is on file, GZ that there is none"),
    ({"GY"}, {"GA"}, "GY says excluded by statute, GA expected to be denied as not necessary"),
    ({"JW"}, {"JZ"}, "JW reports waste, JZ says that there was none"),
    ({"76"}, {"77"}, "76 says the same practitioner, 77 another one"),
    ({"54"}, {"55"}, "54 and 55 together are the package without its beginning: bill them on two lines"),
)  # fmt: skip


def line(line: ServiceLine, setting: Setting, day: Day) -> Iterator[Spoken]:
    own = line.modifiers
    if not own:
        return
    yield from _unknown(line, day)
    yield from _conflicts(line)
    if setting in (Setting.PRACTITIONER, Setting.ASC):
        yield from _out_of_place(line, setting)
        yield from _not_allowed(line, day)


def _out_of_place(line: ServiceLine, setting: Setting) -> Iterator[Spoken]:
    """Modifiers of another kind of bill or of another kind of service."""
    own = set(line.modifiers)
    for modifier in sorted(own & FACILITY) if setting is Setting.PRACTITIONER else ():
        yield Said(
            NOT_ALLOWED, Severity.DENY, f"Modifier {modifier} is for the bill of a hospital or surgical center.",
            "Leave it out; a practitioner says that a procedure was stopped with 53.", "CO-4", codes=(line.code, modifier),
        )  # fmt: skip
    if not "00100" <= line.code <= "01999":
        for modifier in sorted(own & ANESTHESIA):
            yield Said(
                NOT_ALLOWED, Severity.REVIEW, f"Modifier {modifier} is for anesthesia services; {line.code} is none by its number.",
                "Check whether the modifier belongs on the anesthesia line.", "CO-4", codes=(line.code, modifier),
            )  # fmt: skip
    if setting is Setting.ASC and "50" in own:
        yield Said(
            NOT_ALLOWED, Severity.REVIEW, "Surgical centers do not report both sides with 50 (Medicare Claims Processing Manual chapter 14).",
            "Bill two lines, one with RT and one with LT.", "CO-4", codes=(line.code, "50"),
        )  # fmt: skip


def _unknown(line: ServiceLine, day: Day) -> Iterator[Spoken]:
    if not day.known_modifiers:
        yield Silent(UNKNOWN, "no list of modifiers is loaded for the day")
        return
    for modifier in dict.fromkeys(line.modifiers):
        if modifier not in day.known_modifiers:
            yield Said(
                UNKNOWN, Severity.DENY, f"{modifier} is not a modifier that stood on {day.on}.", "Correct it or leave it out.", "CO-182",
                codes=(line.code, modifier),
            )  # fmt: skip


def _conflicts(line: ServiceLine) -> Iterator[Spoken]:
    own = set(line.modifiers)
    for one, other, why in PAIRS:
        if one <= own and own & other:
            yield _conflict(line, f"{' and '.join(sorted(one))} with {', '.join(sorted(own & other))}: {why}.")
    if len(own & DISTINCT) > 1:
        yield _conflict(line, f"{' and '.join(sorted(own & DISTINCT))}: one line takes one of 59, XE, XP, XS and XU.")
    if len(line.modifiers) != len(own):
        yield _conflict(line, "The same modifier stands on the line twice.")


def _conflict(line: ServiceLine, message: str) -> Said:
    return Said(CONFLICT, Severity.DENY, message, "Keep the one that the record supports.", "CO-4")


def _not_allowed(line: ServiceLine, day: Day) -> Iterator[Spoken]:
    if day.fee_schedule is None:
        yield Silent(NOT_ALLOWED, f"no fee schedule is loaded for {day.on}")
        return
    verdicts = day.modifier_verdicts(line.code)
    edition = day.fee_schedule
    for modifier in dict.fromkeys(line.modifiers):
        if (
            modifier in VISIT
            and modifier in verdicts
            and verdicts[modifier][0] == "conditional"
            and not is_visit(line.code)
        ):
            yield Said(
                NOT_ALLOWED, Severity.REVIEW, f"Modifier {modifier} is meant for visits; {line.code} is none by its number.",
                "Check whether the modifier belongs on the visit of the day.", "CO-4", None, edition.release.id, edition.stale, (line.code, modifier),
            )  # fmt: skip
        allowed, why = verdicts.get(modifier, ("conditional", ""))
        if allowed != "no" or day.has_variant(line.code, modifier):
            continue
        idle = modifier in IDLE
        yield Said(
            NOT_ALLOWED, Severity.INFO if idle else Severity.DENY, f"Modifier {modifier} does not go with {line.code}: {why}.",
            "Leave it out." if idle else "Leave it out, or bill the code that describes what was done.",
            None if idle else "CO-54" if modifier in SURGEONS else "CO-4", None, edition.release.id, edition.stale, (line.code, modifier),
        )  # fmt: skip
