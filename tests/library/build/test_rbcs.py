"""The restructured BETOS classification: categories of a code, one row for each assignment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codingahead.build.sources.rbcs import FIELDS, READER
from codingahead.words.errors import Refused, Unreadable
from tests.library.build.support import Collected, editions_in, members_in, read_edition, read_only

EXTRACT = """\
hcpcs_code,rbcs_procedure,rbcs_category,rbcs_subcategory,rbcs_family,hcpcs_date_added,hcpcs_date_ended,rbcs_date_effective
0001U,Non-Procedure,Test,Molecular Testing,No RBCS Family,2017-02-01,9999-12-31,2014-01-01
0001U,Non-Procedure,Test,Molecular Testing,Genetic Analysis,2017-02-01,9999-12-31,2016-01-01
G0436,Major,Procedure,Other,No RBCS Family,2011-01-01,2016-09-30,2014-01-01
"""
PUBLISHED = """\
HCPCS_Cd,RBCS_ID,RBCS_Cat,RBCS_Cat_Desc,RBCS_Cat_Subcat,RBCS_Subcat_Desc,RBCS_FamNumb,RBCS_Family_Desc,\
RBCS_Major_Ind,HCPCS_Cd_Add_Dt,HCPCS_Cd_End_Dt,RBCS_Analysis_Start_Dt,RBCS_Analysis_End_Dt
0001U,TM000N,T,Test,TM,Molecular Testing,000,No RBCS Family,N,02/01/2017,,01/01/2014,12/31/2015
"""


def write(folder: Path, content: str = EXTRACT, name: str = "rbcs_2024.csv") -> Path:
    (folder / name).write_text(content)
    return folder


def value(sink: Collected, code: str, variant: str, field: str) -> str:
    return sink.record(code, variant).values[FIELDS.index(field)]


def test_assignments_of_one_code_are_kept_apart_by_their_first_day(tmp_path: Path) -> None:
    edition, sink = read_only(READER, write(tmp_path))
    assert (edition.id, edition.effective_from, edition.expected_until) == (
        "rbcs:2024",
        date(2024, 1, 1),
        date(2024, 12, 31),
    )
    assert value(sink, "0001U", "2014-01-01", "family") == "No RBCS Family"
    assert value(sink, "0001U", "2016-01-01", "family") == "Genetic Analysis"


def test_last_day_of_the_calendar_means_no_end(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path))
    assert value(sink, "0001U", "2014-01-01", "date_ended") == ""
    assert value(sink, "G0436", "2014-01-01", "date_ended") == "2016-09-30"


def test_published_columns_and_days_read_like_the_extract(tmp_path: Path) -> None:
    _, sink = read_only(READER, write(tmp_path, PUBLISHED, "RBCS_RY2025.csv"))
    assert value(sink, "0001U", "2014-01-01", "category") == "Test"
    assert value(sink, "0001U", "2014-01-01", "rbcs_id") == "TM000N"
    assert value(sink, "0001U", "2014-01-01", "assigned_to") == "2015-12-31"


@pytest.mark.parametrize(
    "row",
    [
        "0001U,Non-Procedure,Test,Molecular Testing,Again,2017-02-01,9999-12-31,2014-01-01\n",
        "0002U,Non-Procedure,Test,Molecular Testing,Family,2017-02-31,9999-12-31,2014-01-01\n",
        "0002,Non-Procedure,Test,Molecular Testing,Family,2017-02-01,9999-12-31,2014-01-01\n",
        "0002U,Non-Procedure,,Molecular Testing,Family,2017-02-01,9999-12-31,2014-01-01\n",
        "0002U,Non-Procedure,Test\n",
    ],
    ids=["repeated", "no day", "no code", "no category", "cut"],
)
def test_row_that_contradicts_the_table_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(Refused, match="line 5"):
        read_only(READER, write(tmp_path, EXTRACT + row))


def test_missing_column_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, EXTRACT.replace("rbcs_category", "rbcs_class")))
    with pytest.raises(Unreadable, match="lacks the column category"):
        READER.recognise(member)


def test_name_without_a_year_is_unreadable(tmp_path: Path) -> None:
    (member,) = members_in(write(tmp_path, name="rbcs.csv"))
    with pytest.raises(Unreadable, match="cannot tell the year"):
        READER.recognise(member)


def test_other_tables_are_not_taken(tmp_path: Path) -> None:
    assert editions_in(READER, write(tmp_path, "hcpcs_code,other\nG0436,x\n")) == {}


def test_official_classification_of_2024_loads(official: Path) -> None:
    sink = read_edition(READER, official / "reference", "rbcs:2024")
    assert len(sink.rows) == 17_033
    assert value(sink, "61624", "2014-01-01", "subcategory") == "Other Organ Systems"
