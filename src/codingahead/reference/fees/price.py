"""Prices lines of one day: which schedule pays each, its fee with every factor, then the rules for several services together."""

from __future__ import annotations

import re
from decimal import Decimal

from codingahead.reference.fees import anesthesia, multiple, physician, schedules
from codingahead.reference.fees.adjustments import ASSISTANTS, effects, no_component
from codingahead.reference.fees.payment import practitioner_share
from codingahead.reference.fees.places import HOSPITAL, basis_of
from codingahead.reference.fees.tables import NAMES, Schedule, Somewhere, money_release, published
from codingahead.reference.fees.values import ONE, Line, Part, Relative, cents, percent
from codingahead.reference.sources import Citations
from codingahead.store import queries
from codingahead.words.fees import FeeLine, FeeQuestion

ANESTHESIA_CODE = re.compile(r"0[01]\d{3}")
# Laboratory tests and specimen collection; drugs, vaccines and immune globulins; equipment and supplies.
LABORATORY = re.compile(r"8|364|782|[GPQU]|....[UM]")
DRUGS = re.compile(r"[ACGJPQ]|90")
EQUIPMENT = re.compile(r"[ABEKLQV]")
VARIANTS = ("26", "TC", "53")
# Statuses under which another schedule may pay.
ELSEWHERE = frozenset("XEIRCNBP")


class Pricing:
    """One question on its way to its amounts. The look-ups are shared by its lines."""

    def __init__(self, question: FeeQuestion, citations: Citations) -> None:
        self.question, self.citations = question, citations
        self.place = Somewhere(citations, question.place)
        self.schedule = Schedule(citations, qp=question.qp)
        self.basis = basis_of(question.pos)
        self.share = practitioner_share(question.practitioner)

    def run(self) -> list[Line]:
        lines = [self._line(asked, n) for n, asked in enumerate(self.question.lines, 1)]
        multiple.apply(lines, self._component, self._base_fee)
        if self.question.schedule in ("opps", "asc"):
            schedules.discounts(lines)
        return lines

    # --- one line -----------------------------------------------------------------------------------------------------

    def _line(self, asked: FeeLine, number: int) -> Line:
        line = Line(asked, number, self.question.schedule or "pfs", self.basis or "nonfacility")
        if self.basis is None:
            line.refuse(
                f"place of service {self.question.pos}: tribal and Indian Health Service places are paid by rules of their own"
            )
        elif line.schedule == "opps":
            schedules.outpatient(line, self.citations, self.question)
        elif line.schedule == "asc":
            schedules.surgical_center(line, self.citations, self.question)
        elif self.question.schedule in ("clfs", "asp", "dmepos"):
            self._elsewhere(line, (self.question.schedule,))
            if line.amount is None:
                line.refuse(f"{asked.code} is not in the {NAMES[self.question.schedule]}")
        elif ANESTHESIA_CODE.fullmatch(asked.code):
            self._anesthesia(line)
        else:
            self._physician(line)
        return line

    def _physician(self, line: Line) -> None:
        if self.schedule.trouble:
            if not self._elsewhere(line, ("clfs", "asp", "dmepos")):
                line.reason = None
                line.schedule = "pfs"
                line.refuse(self.schedule.trouble)
            return
        row = self._row(line)
        if row is None:
            if line.reason is None and not self._elsewhere(line, ("clfs", "asp", "dmepos")):
                line.schedule, line.reason, line.unknown = "pfs", None, True
                assert self.schedule.release is not None, "a schedule without trouble has a release"
                line.refuse(f"{line.asked.code} is not in {self.schedule.release[1].title}")
            return
        if row.says("status") in ELSEWHERE and self._paid_elsewhere(line, row):
            return
        self._by_values(line, row)

    def _row(self, line: Line) -> Relative | None:
        """The row of the code, or of its component; None when there is none, with the reason where that is a wrong modifier."""
        modifiers = line.asked.modifiers
        whole = self.schedule.row(line.asked.code)
        wanted = next((v for v in VARIANTS if v in modifiers), "")
        if {"26", "TC"} <= set(modifiers):
            line.refuse("modifiers 26 and TC on one line: report the code without either for both components")
            return None
        found = self.schedule.row(line.asked.code, wanted)
        if found is None and whole is not None:
            if why := no_component(modifiers, whole):
                self.schedule.cite(whole)
                line.refuse(why)
                return None
            # Most discontinued procedures (53) have no row of their own and are priced by report.
            return whole
        return found

    def _paid_elsewhere(self, line: Line, row: Relative) -> bool:
        """True when another schedule prices the code, or says why it does not: what the status leaves to others."""
        kinds = ("clfs",) if row.says("status") == "X" and not row.code[0].isalpha() else ("clfs", "asp", "dmepos")
        trial = Line(line.asked, line.number, basis=line.basis)
        if self._elsewhere(trial, kinds):
            self.schedule.cite(row)
            for name in ("schedule", "parts", "steps", "notes", "formula", "reason", "has_coinsurance"):
                setattr(line, name, getattr(trial, name))
            return True
        if row.says("status") == "X" and trial.reason and trial.reason.startswith("not loaded"):
            line.refuse(f"{physician.NOT_PRICED['X']}; {trial.reason}")
        return False

    def _elsewhere(self, line: Line, kinds: tuple[str, ...]) -> bool:
        """Whether one of these schedules speaks about the code."""
        act = {
            "clfs": lambda: schedules.laboratory(line, self.citations),
            "asp": lambda: schedules.drug(line, self.citations),
            "dmepos": lambda: schedules.equipment(line, self.citations, self.place),
        }
        why: str | None = None
        for kind in kinds:
            if not self._is_candidate(kind, line.asked.code):
                continue
            line.reason, line.has_coinsurance = None, True
            if act[kind]():
                return True
            why = why or line.reason
        line.reason, line.has_coinsurance = why, True
        return False

    def _is_candidate(self, kind: str, code: str) -> bool:
        """Whether the schedule is worth asking, by the look of the code, unless the question names it."""
        if self.question.schedule == kind:
            return True
        wanted = {"clfs": LABORATORY, "asp": DRUGS, "dmepos": EQUIPMENT}[kind]
        return bool(wanted.match(code))

    def _by_values(self, line: Line, row: Relative) -> None:
        line.row, line.indices = row, self.place.indices
        source = self.schedule.cite(row)
        line.count = line.asked.units
        found = effects(line.asked.modifiers, row, self.question.on)
        why = physician.obstacle(row, line.basis)
        if why is not None:
            line.refuse(why)
            if why.startswith("NA") and not self.place.trouble:
                shown = cents(physician.exact(row, line.indices, line.basis))
                line.reference = shown, "what the values printed beside NA come to; no price in this setting"
            self._advise(line, row)
            return
        if self.place.trouble:
            line.refuse(self.place.trouble)
            return
        fee = physician.work_out(line, row, source, self.place.source, self._place_name())
        if self.schedule.factor_source is not None:
            line.say(f"conversion factor of qualifying participants {row.factor}", None, self.schedule.factor_source)
        for effect in found:
            if effect.refusal:
                line.refuse(effect.refusal)
                line.reference = fee, "the fee before this modifier; no price of the line"
                continue
            line.factor *= effect.factor
            line.count *= effect.count
            line.notes += [effect.note] if effect.note else []
            line.say(effect.text, cents(fee * line.factor), source)
        if self.share != ONE and not {"AS"} & set(line.asked.modifiers):
            line.factor *= self.share
            line.say(f"{self.question.practitioner}: {percent(self.share)} of the fee", cents(fee * line.factor))
        line.parts = [Part(fee, line.count, line.factor)]
        if line.count > 1:
            line.say(f"{line.count} units", line.amount)
        self._advise(line, row)

    def _advise(self, line: Line, row: Relative) -> None:
        """What the file's indicators say that no number shows."""
        pctc, is_hospital = row.says("pctc"), self.question.pos in HOSPITAL
        if is_hospital and (row.variant == "TC" or pctc == "3"):
            line.notes.append("the hospital owns the technical component: a practitioner is not paid for it there")
        if is_hospital and not row.variant and pctc == "1":
            line.notes.append("for a hospital patient the practitioner reports modifier 26")
        if is_hospital and pctc == "5":
            line.notes.append("incident-to service: not paid to a practitioner for a hospital patient")
        if row.says("status") == "R":
            line.notes.append("status R: restricted coverage, check the coverage policy")
        if (
            row.says("bilateral") == "1"
            and line.asked.units == 2
            and not {"50", "RT", "LT"} & set(line.asked.modifiers)
        ):
            line.notes.append(
                "two units of a code with bilateral indicator 1: if these are the two sides, report modifier 50"
            )
        if set(ASSISTANTS) & set(line.asked.modifiers) and "82" in line.asked.modifiers:
            line.notes.append("modifier 82 only when no qualified resident was available")

    def _place_name(self) -> str:
        return "national" if not self.place.key else f"{self.place.name} ({self.place.key})"

    # --- what the rules for several services ask ----------------------------------------------------------------------

    def _component(self, line: Line, kind: str) -> Relative | None:
        return self.schedule.row(line.asked.code, kind)

    def _base_fee(self, line: Line, base: str) -> Decimal | None:
        row = self.schedule.row(base)
        if row is None or row.says("status") not in physician.PAYABLE:
            return None
        self.schedule.cite(row)
        return physician.fee(row, line.indices, line.basis)

    # --- anesthesia ---------------------------------------------------------------------------------------------------

    def _anesthesia(self, line: Line) -> None:
        line.schedule = "anesthesia"
        found = self.citations.release("pfs.anesthesia_base")
        rows = queries.records_of(self.citations.pack, line.asked.code, found[0]) if found else []
        if found is None or not rows:
            where = found[1].title if found else f"the {NAMES['pfs.anesthesia_base']}, which are not loaded"
            line.refuse(f"no base units of {line.asked.code} in {where}")
            line.unknown = found is not None
            return
        units = Decimal(rows[0].cells["units"])
        source = self.citations.cite(found[1], line.asked.code, rows[0].row)
        line.say(f"base units of {line.asked.code}: {units}", None, source)
        line.formula |= {"base_units": str(units)}
        factor = self._anesthesia_factor()
        if isinstance(factor, str):
            line.refuse(factor)
        elif line.asked.minutes is None and anesthesia.SUPERVISED not in line.asked.modifiers:
            line.formula["conversion_factor"] = str(factor[0])
            line.refuse("anesthesia is paid by time: give the minutes")
        else:
            self._anesthesia_amount(line, units, *factor)

    def _anesthesia_amount(self, line: Line, units: Decimal, factor: Decimal, source: int) -> None:
        done = anesthesia.work(units, line.asked.minutes or 0, line.asked.modifiers)
        amount = done.amount(factor)
        line.formula |= {"time_units": str(done.time), "conversion_factor": str(factor), "share": str(done.share)}
        if done.time:
            line.say(f"{line.asked.minutes} minutes / 15 = {done.time} time units")
        line.say(done.role)
        said = f"({done.base} + {done.time}) x {factor} x {percent(done.share)} = {amount}"
        line.say(said, amount, source)
        if anesthesia.SUPERVISED in line.asked.modifiers:
            line.notes.append("one more unit is due when the physician was present at induction")
        line.parts = [Part(amount)]

    def _anesthesia_factor(self) -> tuple[Decimal, int] | str:
        """The factor of the place in dollars and its source, or why there is none."""
        name = "ANESTHESIA.QP" if self.schedule.has_qp_factor else "ANESTHESIA"
        kind = "pfs.anesthesia.qp" if self.schedule.has_qp_factor else "pfs.anesthesia"
        if self.place.trouble and not self.place.key:
            return self.place.trouble
        key = self.place.key or "NATIONAL"
        national = None if self.place.key else published(self.citations, name)
        if national:
            return national
        found = money_release(self.citations, kind)
        if isinstance(found, str):
            return found
        rows = queries.records_of(self.citations.pack, key, found[0])
        if not rows:
            return f"no anesthesia conversion factor for {key} in {found[1].title}"
        return Decimal(rows[0].cells["factor"]), self.citations.cite(found[1], key, rows[0].row)
