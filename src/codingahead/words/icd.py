"""What the ICD-10-CM and ICD-10-PCS books are made of, once read: list nodes, notes, index entries, table rows.

Frozen values that the importers yield and that search terms and the pack are made from.
"""

from __future__ import annotations

from dataclasses import dataclass, field

NOTE_KINDS = (
    "includes",
    "inclusion",
    "excludes1",
    "excludes2",
    "code_first",
    "use_additional",
    "code_also",
    "seventh_character",
    "note",
)

# What each value column of the two tables means (ICD-10-CM Table of Neoplasms; Table of Drugs and Chemicals), columns 2 to 7.
NEOPLASM_COLUMNS = (
    "malignant primary",
    "malignant secondary",
    "carcinoma in situ",
    "benign",
    "uncertain behavior",
    "unspecified behavior",
)
DRUG_COLUMNS = (
    "poisoning, accidental (unintentional)",
    "poisoning, intentional self-harm",
    "poisoning, assault",
    "poisoning, undetermined",
    "adverse effect",
    "underdosing",
)


@dataclass(frozen=True, slots=True)
class Note:
    """One note line of the Tabular List. `kind` is one of NOTE_KINDS."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TabularNode:
    """A chapter, block or code of the Tabular List, in book order.

    `code`: 'chapter 9', 'I60-I69' or 'I67.1' (with dot). `level`: 'chapter', 'block', 'code'.
    `seventh`: the characters defined here, as (character, meaning), for this node and everything below it.
    """

    code: str
    level: str
    title: str
    parent: str | None
    notes: tuple[Note, ...] = ()
    seventh: tuple[tuple[str, str], ...] = ()
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of the Alphabetic Index or of the External Cause Index.

    `path`: titles from the main term down to this line, each without its nonessential modifiers; `modifiers` are those of this line.
    `code` as printed (may end in '-'); `manifestation` the bracketed second code; `see`/`see_also` as printed.
    `position` counts lines in book order from 0; `parent` is the position of the line above, None for a main term.
    """

    position: int
    level: int
    path: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    code: str | None = None
    manifestation: str | None = None
    see: str | None = None
    see_also: str | None = None
    parent: int | None = None

    @property
    def title(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One line of the Table of Neoplasms or the Table of Drugs and Chemicals: six cells, None where the book prints none."""

    position: int
    level: int
    path: tuple[str, ...]
    cells: tuple[str | None, ...]
    modifiers: tuple[str, ...] = ()
    see: str | None = None
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class PcsAxis:
    """One axis of an ICD-10-PCS table: `position` 1 to 7, its title ('Approach') and its values as (character, label)."""

    position: int
    title: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PcsTable:
    """An ICD-10-PCS table: its first three characters and the rows; inside one row every combination is a valid code."""

    prefix: str
    head: tuple[PcsAxis, PcsAxis, PcsAxis]
    definition: str | None
    rows: tuple[tuple[PcsAxis, PcsAxis, PcsAxis, PcsAxis], ...]


@dataclass(frozen=True, slots=True)
class PcsDefinition:
    """What an ICD-10-PCS axis value means: official definition, explanation, and the terms it includes."""

    section: str
    axis: str
    label: str
    definition: str | None = None
    explanation: str | None = None
    includes: tuple[str, ...] = field(default=())
