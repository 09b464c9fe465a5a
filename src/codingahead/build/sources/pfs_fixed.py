"""The fixed-width twin of the relative value file (PPRRVU, txt): the same rows as the csv, for archives without one.

Positions: record layout in RVU25D.pdf (CMS). Columns have no names here, so each field is checked and a shifted
layout is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codingahead.build.editions import Edition
from codingahead.build.members import Member
from codingahead.build.sink import Sink
from codingahead.build.sources.cells import head_lines, mostly, refused
from codingahead.build.sources.pfs import FIELDS, Line, edition_of, write

# First and last column, from 1. The three percentages of the global package are printed '.09' and split by place.
# The price indicator of 2026 stands between team surgery and endoscopic base, as in the csv; until 2025 that is filler.
POSITIONS: dict[str, tuple[int, int]] = {
    "status": (58, 58),
    "not_used_for_payment": (59, 59),
    "work_rvu": (60, 65),
    "nonfacility_pe_rvu": (67, 72),
    "nonfacility_na": (73, 74),
    "facility_pe_rvu": (76, 81),
    "facility_na": (82, 83),
    "mp_rvu": (85, 89),
    "nonfacility_total": (91, 96),
    "facility_total": (97, 102),
    "pctc": (103, 103),
    "global_days": (104, 106),
    "preoperative": (107, 109),
    "intraoperative": (110, 112),
    "postoperative": (113, 115),
    "multiple_procedure": (116, 116),
    "bilateral": (117, 117),
    "assistant_surgeon": (118, 118),
    "co_surgeon": (119, 119),
    "team_surgeon": (120, 120),
    "price_indicator": (121, 127),
    "endoscopy_base": (128, 132),
    "conversion_factor": (133, 140),
    "supervision": (142, 143),
    "calculation_flag": (144, 144),
    "imaging_family": (146, 147),
    "opps_nonfacility_pe": (151, 157),
    "opps_facility_pe": (158, 164),
    "opps_mp": (165, 171),
}
SLICES = [slice(POSITIONS[f][0] - 1, POSITIONS[f][1]) for f in FIELDS]
SHAPE = re.compile(
    r"[0-9A-Z]{5}(?:  |[0-9A-Z]{2}).{50}[A-Z][ +] {0,5}\d{0,3}\.\d\d ?.{36}[0-9 ](?:\d{3}|[A-Z]{3})(?:\.\d\d){3}"
    r"[0-9A-Z ]{5}.{7}[ 0-9A-Z]{5} *\d+\.\d{4} "
)


class PhysicianFeeScheduleFixed:
    def recognise(self, member: Member) -> Sequence[Edition]:
        lines = [line for line in head_lines(member) if not line.startswith("HDR")]
        if not mostly(lines[:20], SHAPE):
            return ()
        first, last = POSITIONS["conversion_factor"]
        return (edition_of(member, lines[0][first - 1 : last].strip(), rank=1),)

    def read(self, members: Sequence[Member], edition: Edition, sink: Sink) -> int:
        return write(members[0], _lines(members[0]), sink)


READER = PhysicianFeeScheduleFixed()


def _lines(member: Member) -> Iterator[Line]:
    last = POSITIONS["opps_mp"][1]
    for number, line in enumerate(member.lines(), 1):
        if line.startswith("HDR") or not line.strip("\x1a "):
            continue
        if len(line.rstrip()) < last:
            raise refused(member, number, f"is cut short at column {len(line.rstrip())} of {last}")
        yield Line(number, line[:5], line[5:7].strip(), [line[s].strip() for s in SLICES])
