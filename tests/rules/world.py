"""The invented universe with what the claim rules need beside it, in the publishers' own layouts; all of July 2026."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.world import fees, sources
from tests.world.fees import priced

FEE_ROWS = [
    *fees.JULY,
    priced("61624", days="000", office_na="NA", assistant="1", multiple="2"),
    priced("61645", days="000"),
    priced("36224", days="000"),
    priced("36227", days="ZZZ"),
    priced("27447", days="090", bilateral="1", assistant="2", co="1", multiple="2"),
    priced("27130", days="090", bilateral="1", assistant="2", co="1", multiple="2"),
    priced("12001", days="010", multiple="2"),
    priced("11042", days="000", multiple="2"),
    priced("97597", days="000"),
    priced("20610", days="000", bilateral="1"),
    priced("45378", days="000", bilateral="0", assistant="1"),
    priced("45385", days="000"),
    priced("92014"),
    priced("99214"),
    priced("99291"),
    priced("99292", days="ZZZ"),
    priced("99406"),
    priced("11045", days="ZZZ"),
    priced("11046", days="ZZZ"),
    priced("96368", days="ZZZ"),
    priced("0715T", days="ZZZ"),
    priced("93010", pctc="2"),
    priced("93005", pctc="3"),
    priced("99243", status="I"),
    priced("99000", status="B"),
    priced("D0120", status="R"),
]
LIMITS = {
    "Practitioner Services": "61624,2,3 Date of Service Edit: Clinical,Clinical: Data\n11042,1,2 Date of Service Edit: Policy,Anatomic\n"
    "36415,2,1 Line Edit,Nature of Service\n0001U,1,2 Date of Service Edit: Policy,Code Descriptor\n97597,1,3 Date of Service Edit: Clinical,Data\n",
    "Outpatient Hospital Services": "61624,1,2 Date of Service Edit: Policy,CMS Policy\n",
}
PAIRS = {
    "f1": "11042\t97597\t\t20110101\t*\t1\tMisuse of Column Two code with Column One code\n",
    "f2": "27447\t20610\t\t20110101\t*\t1\tAnatomic\n27447\t99213\t\t20110101\t*\t1\tVisit\n"
    # An earlier period whose first day is not printed, and the present one.
    "36224\t45378\t\t\t20260715\t0\tEarlier\n36224\t45378\t\t\t*\t1\tLater\n",
    "f3": "45378\t45385\t\t20200101\t*\t0\tMore extensive procedure\n",
    "f4": "61624\t36224\t\t20130101\t*\t1\tMisuse\n61624\t36227\t\t20130101\t20260731\t1\tSequential\n"
    "61624\t76000\t\t20130101\t20130101\t9\tDeleted at once\n80053\t82947\t\t20130101\t*\t1\tPanel\n",
}
HOSPITAL_PAIRS = {
    "f1": "11042\t97597\t\t20110101\t*\t0\tHospital\n",
    "f2": "36224\t45378\t\t20110101\t*\t1\tHospital\n",
    "f3": "45378\t45385\t\t20200101\t*\t0\tHospital\n",
    "f4": "61624\t36224\t\t20130101\t*\t1\tHospital\n",
}
ADD_ONS = (
    "136227       36224                            ",
    "199292       99291                            ",
    "111045       11042                            ",
    "111046       11045                            ",
    "20715T       CCCCC                            ",
    "396368       99214                            ",
)


def write(folder: Path) -> Path:
    """Writes the universe below `folder`."""
    sources.write(folder)
    with zipfile.ZipFile(folder / "rvu.zip", "w") as archive:
        archive.writestr("PPRRVU2026_Jul_nonQPP.csv", sources.fee_schedule(2026, "July", FEE_ROWS))
        ended = [
            sources.fee_row("61624", work="20.00", total="32.00"),
            sources.fee_row("61699", work="9.99", total="10.00"),
        ]
        archive.writestr("PPRRVU2026_Apr_nonQPP.csv", sources.fee_schedule(2026, "April", ended))
    for setting, rows in LIMITS.items():
        head = sources.MUE[: sources.MUE.index("61624")].replace("Practitioner Services", setting)
        (folder / f"MCR_MUE_{setting.replace(' ', '')}_Eff_07-01-2026.csv").write_text(head + rows)
    for name, parts in (("ccipra", PAIRS), ("ccioph", HOSPITAL_PAIRS)):
        for part, rows in parts.items():
            (folder / f"{name}-v322r0-{part}.TXT").write_text(sources.PAIRS + rows)
    with zipfile.ZipFile(folder / "add-code-edits-medicare-effective-07012026.zip", "w") as archive:
        archive.writestr("AOC_V2026Q3-MCR.txt", "".join(f"{line}\r\n" for line in ADD_ONS))
    return folder
