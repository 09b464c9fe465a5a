"""Is the place of service paid as a facility? Settings of Pub. 100-04 chapter 12 section 20.4.2 and chapter 26 section 10.5."""

from __future__ import annotations

from codingahead.words.errors import BadInput


def _places(text: str) -> frozenset[str]:
    return frozenset(text.split())


FACILITY = _places("02 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61")
NONFACILITY = _places("01 03 04 09 10 11 12 13 14 15 16 17 18 20 25 27 32 33 49 50 54 55 57 58 60 62 65 66 71 72 81 99")
# Tribal and Indian Health Service places have payment rules of their own.
OWN_RULES = _places("05 06 07 08")
# A hospital or its departments own the equipment: the technical component is theirs (Pub. 100-04 chapter 13 section 20.2).
HOSPITAL = _places("19 21 22 23")


def basis_of(pos: str) -> str | None:
    """'facility' or 'nonfacility'; None where the program is paid by rules of its own. Raises BadInput for a number that is no place."""
    if pos in FACILITY:
        return "facility"
    if pos in NONFACILITY:
        return "nonfacility"
    if pos in OWN_RULES:
        return None
    raise BadInput(
        f"pos: {pos!r} is not a place of service", "give two digits, such as 11 for office or 22 for hospital"
    )
