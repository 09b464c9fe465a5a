"""Which code did the person mean? From typed text to one code of one system, or the list of systems to choose from."""

from __future__ import annotations

from codingahead.store import queries
from codingahead.store.pack import Pack
from codingahead.words.codes import CodeKey, System, has_shape, possible_systems, spelled
from codingahead.words.errors import AmbiguousCode, BadInput

MAX_TYPED = 40


def identify(pack: Pack, text: str, system: System | None) -> CodeKey:
    """The code typed as `text`. Raises BadInput when it has the shape of no code, AmbiguousCode when several systems hold it."""
    shown = text.strip()[:MAX_TYPED]
    if not shown:
        raise BadInput("no code given", "give a code such as I67.1, 61624 or J1885")
    if system is not None:
        if not has_shape(system, shown) and system is not System.REVENUE:
            raise BadInput(
                f"{shown!r} does not have the form of a code of {system.value}",
                "check the characters, or leave the system out",
            )
        return CodeKey(system, spelled(system, shown))
    shaped = possible_systems(shown)
    if not shaped:
        raise BadInput(
            f"{shown!r} does not have the form of a code",
            "give a code such as I67.1, 61624 or J1885, or search for words",
        )
    held = [s for s in shaped if _held(pack, s, spelled(s, shown))]
    if len(held) > 1 and System.ICD9CM in held:
        # Its codes end with 2015 and look like others' without their dot: meant only when named, or when nothing else fits.
        held.remove(System.ICD9CM)
    if len(held) > 1:
        names = ", ".join(s.value for s in held)
        raise AmbiguousCode(
            f"{shown.upper()} is a code of several systems: {names}",
            "say which with --system (query name: system)",
            [s.value for s in held],
        )
    chosen = held[0] if held else shaped[0]
    return CodeKey(chosen, spelled(chosen, shown))


def _held(pack: Pack, system: System, code: str) -> bool:
    return bool(queries.spans(pack, code, system)) or queries.content(pack, system, code) is not None
