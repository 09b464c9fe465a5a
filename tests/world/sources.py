"""A small invented universe in the publishers' own layouts; its picture is in README.md beside this file."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.world import fees

HEAD = (
    "HCPCS,MOD,DESCRIPTION,STATUS CODE,NOT USED FOR MEDICARE PAYMENT,WORK RVU,NON-FAC PE RVU,NON-FAC NA INDICATOR,FACILITY PE RVU,"
    "FACILITY NA INDICATOR,MP RVU,NON-FACILITY TOTAL,FACILITY TOTAL,PCTC IND,GLOB DAYS,PRE OP,INTRA OP,POST OP,MULT PROC,BILAT SURG,ASST SURG,"
    "CO- SURG,TEAM SURG,PRIC IND,ENDO BASE,CONV FACTOR,PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES,CALCULATION FLAG,"
    "DIAGNOSTIC IMAGING FAMILY INDICATOR,NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT,FACILITY PE USED FOR OPPS PAYMENT AMOUNT,"
    "MP USED FOR OPPS PAYMENT AMOUNT"
)


def fee_row(
    code: str, *, work: str, total: str, days: str = "000", modifier: str = "", bilateral: str = "0", pctc: str = "0"
) -> str:
    return (
        f"{code},{modifier},,A,,{work},1.00,NA,1.00,,0.50,{total},{total},{pctc},{days},0.00,0.00,0.00,2,{bilateral},1,0,0,9,,"
        "33.4009,09,0,99,0.00,0.00,0.00"
    )


def fee_schedule(year: int, month: str, rows: list[str]) -> str:
    title = f",,{year} National Physician Fee Schedule Relative Value File {month} Release" + "," * 29
    return "\r\n".join([title, HEAD, *rows, ""])


MUE = (
    '"CPT codes and other data only are copyright 2023 American Medical Association.\nInvented notice.",,,\n'
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    "61624,2,3 Date of Service Edit: Clinical,Clinical: Data\n"
)
PAIRS = (
    "Column1/Column2 Edits\n\t\t*=in existence\t\tDeletion\tModifier\t\n"
    "Column 1\tColumn 2\t\tDate\t*=no data\t1=allowed 9=not applicable\tPTP Edit Rationale\n"
)
PAIR_PARTS = {
    "f1": "45378\t45385\t\t20200101\t*\t0\tMore extensive procedure\n",
    "f2": (
        "61624\t36224\t\t20130101\t*\t1\tMisuse of Column Two code with Column One code\n"
        "61624\t36227\t\t20130101\t20240331\t1\tSequential procedure\n"
    ),
    "f3": "61624\t76000\t\t20130101\t20130101\t9\tSequential procedure\n",
    "f4": "61645\t61624\t\t20160101\t*\t1\tMutually exclusive procedures\n",
}


def write(folder: Path) -> Path:
    """Writes the universe below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    july = fee_schedule(
        2026,
        "July",
        [
            fee_row("45378", work="3.18", total="9.00"),
            fee_row("61624", work="19.50", total="31.28"),
            fee_row("61645", work="14.63", total="22.63", bilateral="1"),
            fee_row("36227", work="2.00", total="3.24", days="ZZZ"),
            fee_row("A0100", work="0.00", total="0.00", days="XXX"),
            *fees.JULY,
        ],
    )
    april = fee_schedule(
        2026, "April", [fee_row("61624", work="20.00", total="32.00"), fee_row("61699", work="9.99", total="10.00")]
    )
    with zipfile.ZipFile(folder / "rvu.zip", "w") as archive:
        archive.writestr("PPRRVU2026_Jul_nonQPP.csv", july)
        archive.writestr("PPRRVU2026_Apr_nonQPP.csv", april)
    (folder / "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv").write_text(MUE)
    for part, rows in PAIR_PARTS.items():
        (folder / f"ccipra-v322r0-{part}.TXT").write_text(PAIRS + rows)
    (folder / "notes from the office.txt").write_text("nothing official")
    with zipfile.ZipFile(folder / "cut.zip", "w") as archive:
        archive.writestr("PPRRVU2026_Oct_nonQPP.csv", july * 50)
    fees.write(folder / "fees")
    content = (folder / "cut.zip").read_bytes()
    (folder / "cut.zip").write_bytes(content[: len(content) // 2])
    return folder
