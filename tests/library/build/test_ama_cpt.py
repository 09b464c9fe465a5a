"""The AMA's licensed files. Every text here is invented; only the layouts are the publisher's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sink import Descriptor
from codingahead.build.sources.ama_cpt import READER
from codingahead.words.codes import System
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import Collected, editions_in, members_in, read_edition, read_only

PROSE = (
    "CPT\u00ae codes, descriptions and other data are copyright 1966, 1970, 1973,\n"
    "1977, 1981, 1983-2025 American Medical Association.\n"
    "All rights reserved. CPT is a registered trademark of the American Medical Association.\n\n"
    "To purchase additional products, contact 800-555-0100, suite 60611-5885.\n\n"
)
LONG = (
    PROSE + "10001\tInvented operation on a marble, first side\n10002\tInvented operation on a marble, second side\n"
    "0001U\tInvented test\n"
)
MEDIUM = (
    PROSE
    + "10001 INVENTED OPERATION MARBLE FIRST SIDE\n10002 INVENTED OPERATION MARBLE SECOND SIDE\n0001U INVENTED TEST\n"
)
SHORT = PROSE + "10001 INVENT OP MARBLE 1ST\n10002 INVENT OP MARBLE 2ND\n0001U INVENT TEST\n"
CONSUMER = "Concept Id\tCPT Code\tConsumer Friendly Descriptor\n900\t10001\tInvented work on a marble\n"
CLINICIAN = (
    "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\n"
    "900\t10001\t1\tInvented marble work, left\n900\t10001\t2\tInvented marble work, right\n"
)
MODIFIERS = PROSE + (
    "Appendix A\n\nModifiers \n\nInvented introduction to the list. \n\nExample: 10001-P1 \n\n"
    "22 Invented Effort: When more work \nis done than usual \n\n23 Invented Sleep \n\n"
    "Anesthesia Physical Status \nModifiers \n\nPhysical Status Modifier P1: Invented fit person \n\n"
    "CPT Level I Modifiers \n\n22 Invented Effort: as above \n\n"
    "Category II Modifiers\n\n1P Invented Reason\nReasons include:\nnone\n\n"
    "Level II (HCPCS/National) Modifiers \n\nE1 Invented lid \n\n99 Invented afterthought \n\n"
)
DELETED = "CPT Code\tDate Deleted\n10099\t20250101\n10098\t2019\n"
CONSOLIDATED = PROSE + (
    "Concept Id\tCPT Code\tLong\tMedium\tShort\tConsumer\tSpanish Consumer\t"
    "Current Descriptor Effective Date\tTest Name\n"
    "900\t10001\tInvented operation on a marble\tINVENTED OPERATION\tINVENT OP\tInvented work\t\t20260101\t\n"
    "901\t0001U\tInvented test\tINVENTED TEST\tINVENT TEST\t\t\t20260101\tInvented\n"
)
FILES = {
    "LONGULT.txt": LONG,
    "MEDU.txt": MEDIUM,
    "SHORTU.txt": SHORT,
    "MODUL.txt": MODIFIERS,
    "Consumer Friendly Descriptors/ConsumerDescriptor.txt": CONSUMER,
    "Clinician Descriptors/ClinicianDescriptor.txt": CLINICIAN,
    "CPT Link/history/Deleted_DTK_tab.txt": DELETED,
}
FOLDER = "2026 CPT Standard Annual Update"


def write(folder: Path, files: dict[str, str] | None = None, name: str = FOLDER, encoding: str = "cp1252") -> Path:
    for path, content in (FILES if files is None else files).items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.replace("\n", "\r\n").encode(encoding))
    return folder


def descriptor(sink: Collected, code: str, system: System = System.CPT) -> Descriptor:
    (found,) = [d for d in sink.texts[system] if d.code == code]
    return found


def test_all_files_of_a_folder_become_one_edition_of_descriptors(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.publisher) == ("cpt:2026-01-01", "American Medical Association")
    assert (edition.effective_from, edition.expected_until) == (date(2026, 1, 1), date(2026, 3, 31))
    assert descriptor(sink, "10001") == Descriptor(
        "10001",
        short="INVENT OP MARBLE 1ST",
        medium="INVENTED OPERATION MARBLE FIRST SIDE",
        long="Invented operation on a marble, first side",
        consumer="Invented work on a marble",
        clinician=("Invented marble work, left", "Invented marble work, right"),
    )
    assert descriptor(sink, "0001U").clinician == ()


def test_descriptors_carry_the_owners_notice_with_the_last_copyright_year(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert sink.notices[System.CPT] == "CPT Copyright 2025 American Medical Association. All rights reserved."


def test_code_list_holds_no_licensed_text(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert all(row.title is None and row.short is None for rows in sink.lists.values() for row in rows)


def test_deleted_code_ends_the_day_before_its_deletion(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert sink.code(System.CPT, "10099").valid_to == date(2024, 12, 31)
    assert sink.code(System.CPT, "10098").valid_to == date(2018, 12, 31)
    assert sink.code(System.CPT, "10001").valid_to is None


def test_modifiers_of_the_prose_file_are_joined_and_level_ii_is_left_to_cms(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert [m.code for m in sink.lists[System.MODIFIER]] == ["22", "23", "P1", "1P"]
    assert descriptor(sink, "22", System.MODIFIER) == Descriptor(
        "22", short="Invented Effort", long="Invented Effort: When more work is done than usual"
    )
    assert descriptor(sink, "P1", System.MODIFIER).long == "Invented fit person"


def test_modifiers_of_the_newer_table_read_by_column_name(tmp_path: Path) -> None:
    table = PROSE + (
        "ConceptID\tModifier Code\tLevel I/II\tModifier Descriptor Effective\tModifier Name\t"
        "Modifier Description\tSection\n"
        "201\t51\tI\t20260101\tInvented several\tInvented several works\tSurgery\n"
        "202\tE1\tII\t20260101\tInvented lid\tx\tx\n"
    )
    _, sink = read_only(READER, write(tmp_path, {"ConsolidatedCodeList.txt": CONSOLIDATED, "Modifiers.txt": table}))
    assert [m.code for m in sink.lists[System.MODIFIER]] == ["51"]
    assert descriptor(sink, "51", System.MODIFIER).short == "Invented several"


def test_consolidated_list_gives_every_kind_of_text(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, {"ConsolidatedCodeList.txt": CONSOLIDATED}, encoding="utf-8"))
    assert descriptor(sink, "10001") == Descriptor(
        "10001",
        short="INVENT OP",
        medium="INVENTED OPERATION",
        long="Invented operation on a marble",
        consumer="Invented work",
    )


@pytest.mark.parametrize(
    ("folder", "edition_id"),
    [
        ("2026-10-01", "cpt:2026-10-01"),
        ("CPT 2026 Data File PLA Q2 Update", "cpt:2026-07-01"),
        ("CPT 2026 Q4", "cpt:2027-01-01"),
        ("download", "cpt:2026-01-01"),
    ],
)
def test_first_day_comes_from_the_folder_else_from_the_copyright_year(
    tmp_path: Path, folder: str, edition_id: str
) -> None:
    files = {name: FILES[name] for name in ("LONGULT.txt", "MEDU.txt", "SHORTU.txt")}
    assert list(editions_in(READER, write(tmp_path, files, name=folder))) == [edition_id]


def test_file_without_year_or_prose_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, {"ConsumerDescriptor.txt": CONSUMER}, name="download"))
    with pytest.raises(Unreadable, match="cannot tell the year"):
        READER.recognise(member)


def test_mixed_case_long_descriptors_precede_the_upper_case_twin(tmp_path: Path) -> None:
    upper = PROSE + LONG.removeprefix(PROSE).upper()
    _, sink = read_only(READER, write(tmp_path, FILES | {"LONGUT.txt": upper}))
    assert descriptor(sink, "10001").long == "Invented operation on a marble, first side"


def test_long_descriptors_of_fixed_width_are_declined(tmp_path: Path) -> None:
    fixed = PROSE + "10001  Invented operation on a marble,\n10001  first side\n"
    (member,) = members_in(write(tmp_path, {"LONGULF.txt": fixed}))
    with pytest.raises(Unreadable, match=r"LONGULT\.txt"):
        READER.recognise(member)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SHORTU.txt": SHORT.replace("0001U INVENT TEST\n", "")}, "3 codes, short 2; 0001U is in one only"),
        ({"MEDU.txt": MEDIUM.replace("10002", "10003")}, "10002 is in one only"),
        ({"LONGULT.txt": LONG + "10001\tOther invented text\n"}, "line 10: describes 10001 again"),
        ({"LONGULT.txt": LONG + "1000"}, "line 10: is no code and descriptor"),
        (
            {"Consumer Friendly Descriptors/ConsumerDescriptor.txt": CONSUMER + "901\t77777\tx\n"},
            "consumer descriptors describe 77777",
        ),
        ({"CPT Link/history/Deleted_DTK_tab.txt": DELETED + "10097\tsoon\n"}, "line 4: 'soon' is no day"),
        ({"ConsolidatedCodeList.txt": CONSOLIDATED + "902\t10003\tInvented lo"}, "10003 has no medium descriptor"),
    ],
    ids=["missing code", "other code", "repeated", "cut", "unknown code", "no day", "cut row"],
)
def test_files_that_contradict_each_other_are_refused(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_only(READER, write(tmp_path, FILES | change))


def test_edition_without_a_full_list_of_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no long, medium or short descriptors"):
        read_only(READER, write(tmp_path, {"ConsumerDescriptor.txt": CONSUMER}))


@pytest.mark.parametrize(
    "content",
    [
        "CPT codes are copyright 2025 American Medical Association.\n\n0001A\t0591T\t\t\t20231231\t1\tInvented\n",
        "HDR CPT CODES ARE COPYRIGHT 2025 AMERICAN MEDICAL ASSOCIATION.\n00100  INVENTED" + " " * 100 + "J   0.00\n",
        "00100 INVENTED WITHOUT ANY OWNER\n",
        "Invented prose that names the American Medical Association and nothing else.\n",
    ],
    ids=["pairs", "relative values", "no owner", "prose"],
)
def test_other_files_that_name_the_owner_are_not_taken(tmp_path: Path, content: str) -> None:
    assert editions_in(READER, write(tmp_path, {"other.txt": content})) == {}


def test_no_official_file_of_the_government_is_taken_for_the_amas(official: Path) -> None:
    assert editions_in(READER, official / "ncci") == {}
    assert editions_in(READER, official / "pfs") == {}


def test_only_the_deleted_list_does_not_end_a_listed_code(tmp_path: Path) -> None:
    deleted = {"CPT Link/history/Deleted_DTK_tab.txt": DELETED + "10001\t20200101\n"}
    sink = read_edition(READER, write(tmp_path, FILES | deleted), "cpt:2026-01-01")
    assert sink.code(System.CPT, "10001").valid_to is None
