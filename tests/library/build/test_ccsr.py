"""Clinical categories of diagnoses: the official table and the extract in two parts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.ccsr import READER
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import editions_in, members_in, read_edition

NAMES = ["ICD-10-CM CODE", "ICD-10-CM CODE DESCRIPTION"]
NAMES += [f"Default CCSR CATEGORY {text}" for text in ("IP", "DESCRIPTION IP", "OP", "DESCRIPTION OP")]
NAMES += [f"CCSR CATEGORY {n}{text}" for n in range(1, 7) for text in ("", " DESCRIPTION")]
OFFICIAL = [
    ",".join(f"'{name}'" for name in NAMES),
    """'A000',"Invented cholera, one",'DIG001','Gut, invented','INF003','Germ's, kind',"""
    """'DIG001','Gut, invented','INF003',"Germ's, kind",' ',' ',' ',' ',' ',' ',' ',' '""",
    """'V0001XA',"Invented",'XXX000','Not to be first','XXX000','Not to be first',"""
    """'EXT003','Traffic',' ',' ',' ',' ',' ',' ',' ',' ',' ',' '""",
]
MAPPING = "CCSR_category_code,vocabulary_id,code,code_description\n"
CATEGORIES = "chapter_abbr,chapter_number,chapter_desc,CCSR_category_code,CCSR_category_desc\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}_v2026-1.csv").write_text(text)
    return folder


def test_official_table_gives_each_category_and_whether_it_is_the_default(tmp_path: Path) -> None:
    write(tmp_path, DXCCSR="\r\n".join(OFFICIAL))
    ((edition, _),) = editions_in(READER, tmp_path)["ccsr:v2026-1"]
    assert (edition.effective_from, edition.rank, edition.part) == (date(2025, 10, 1), 0, "")
    assert [(r.code, r.variant, *r.values) for r in read_edition(READER, tmp_path, "ccsr:v2026-1").rows] == [
        ("A00.0", "1", "DIG001", "Gut, invented", "yes", "no"),
        ("A00.0", "2", "INF003", "Germ's, kind", "no", "yes"),
        ("V00.01XA", "1", "EXT003", "Traffic", "no", "no"),
    ]


def test_extract_in_two_parts_is_one_edition_without_defaults(tmp_path: Path) -> None:
    write(
        tmp_path,
        mapping=MAPPING + "DIG001,ICD10CM,A000,x\nINF003,ICD10CM,A000,x\n,ICD10CM,End of Content,\n",
        categories=CATEGORIES + 'DIG,1,x,DIG001,"Gut, invented"\nINF,2,x,INF003,Germs\nNoD,,,NoDX1,x\n',
    )
    assert [(r.code, r.variant, *r.values) for r in read_edition(READER, tmp_path, "ccsr:v2026-1").rows] == [
        ("A00.0", "1", "DIG001", "Gut, invented", "", ""),
        ("A00.0", "2", "INF003", "Germs", "", ""),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("DIG002,ICD10CM,A000,x", "line 2: is no code with a known category"),
        ("DIG001,ICD9CM,A000,x", "line 2: is no code with a known category"),
        ("DIG001,ICD10CM,A000,x\nDIG001,ICD10CM,A000,x", "line 3: lists A000 in DIG001 twice"),
        ("DIG001,ICD", "line 2: has 2 cells"),
    ],
)
def test_extract_that_contradicts_itself_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    write(tmp_path, mapping=f"{MAPPING}{row}\n", categories=f"{CATEGORIES}DIG,1,x,DIG001,Gut\n")
    with pytest.raises(Refused, match=reason):
        read_edition(READER, tmp_path, "ccsr:v2026-1")


def test_one_part_alone_is_refused(tmp_path: Path) -> None:
    write(tmp_path, mapping=f"{MAPPING}DIG001,ICD10CM,A000,x\n")
    with pytest.raises(Refused, match="belong together"):
        read_edition(READER, tmp_path, "ccsr:v2026-1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n".join([*OFFICIAL, OFFICIAL[1]]), "line 4: 'A000' is no code, or listed twice"),
        ("\n".join(OFFICIAL)[:-30], "line 3: has 11 cells, not 18"),
    ],
)
def test_official_table_that_contradicts_itself_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, DXCCSR=text)
    with pytest.raises(Refused, match=reason):
        read_edition(READER, tmp_path, "ccsr:v2026-1")


def test_table_of_unknown_version_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("\n".join(OFFICIAL))
    with pytest.raises(Unreadable, match="cannot tell which version"):
        READER.recognise(members_in(tmp_path)[0])


def test_extract_of_version_2025_1_loads(official: Path) -> None:
    sink = read_edition(READER, official / "ccsr", "ccsr:v2025-1")
    assert len({row.code for row in sink.rows}) == 75_238
    assert sink.record("A00.0", "1").values[0] == "DIG001"
