"""Procedure-to-procedure edits as they travel from the importer to the pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PairEdits:
    """One part of a procedure-to-procedure table, as equally long arrays.

    `column1`, `column2`: 'S5'; `effective`, `deleted`: int32 proleptic day ordinals (0 and 3652059 stand for 'not printed': always, never);
    `indicator`: int8 0, 1, 9; `rationale`: int16 index into `rationales`; `row`: int32 line in the file.
    """

    column1: NDArray[np.bytes_]
    column2: NDArray[np.bytes_]
    effective: NDArray[np.int32]
    deleted: NDArray[np.int32]
    indicator: NDArray[np.int8]
    rationale: NDArray[np.int16]
    rationales: tuple[str, ...]
    row: NDArray[np.int32]
