"""Invented fee files in the publishers' layouts: localities, laboratory, hospital, surgical center, drugs and equipment."""

from __future__ import annotations

from pathlib import Path

CELLS = {
    "status": "A", "unused": "", "work": "1.00", "office_pe": "1.00", "office_na": "", "facility_pe": "0.50", "facility_na": "", "mp": "0.10",
    "pctc": "0", "days": "XXX", "pre": "0.00", "intra": "0.00", "post": "0.00", "multiple": "0", "bilateral": "0", "assistant": "0",
    "co": "0", "team": "0", "base": "", "family": "99", "cap_pe": "0.00", "cap_mp": "0.00",
}  # fmt: skip


def priced(code: str, modifier: str = "", **cells: str) -> str:
    """A row of the relative value file of 2026; what is not said stands as in CELLS."""
    c = CELLS | cells
    office = f"{float(c['work']) + float(c['office_pe']) + float(c['mp']):.2f}"
    facility = f"{float(c['work']) + float(c['facility_pe']) + float(c['mp']):.2f}"
    return (
        f"{code},{modifier},,{c['status']},{c['unused']},{c['work']},{c['office_pe']},{c['office_na']},{c['facility_pe']},{c['facility_na']},"
        f"{c['mp']},{office},{facility},{c['pctc']},{c['days']},{c['pre']},{c['intra']},{c['post']},{c['multiple']},{c['bilateral']},"
        f"{c['assistant']},{c['co']},{c['team']},9,{c['base']},33.4009,09,0,{c['family']},{c['cap_pe']},{c['cap_pe']},{c['cap_mp']}"
    )


JULY = [
    priced("99213", work="1.30", office_pe="1.46", facility_pe="0.60", mp="0.09"),
    priced("80053", status="X", work="0.00", office_pe="0.00", facility_pe="0.00", mp="0.00", pctc="9"),
    priced("J0585", status="E", work="0.00", office_pe="0.00", facility_pe="0.00", mp="0.00", pctc="9"),
    priced("E0601", status="X", work="0.00", office_pe="0.00", facility_pe="0.00", mp="0.00", pctc="9"),
    priced("00216", status="J", work="0.00", office_pe="0.00", facility_pe="0.00", mp="0.00", pctc="9"),
    priced(
        "71046",
        work="0.20",
        office_pe="0.80",
        facility_pe="0.80",
        facility_na="NA",
        mp="0.02",
        pctc="1",
        cap_pe="0.60",
        cap_mp="0.02",
    ),
    priced("71046", "26", work="0.20", office_pe="0.10", facility_pe="0.10", mp="0.01", pctc="1"),
    priced(
        "71046",
        "TC",
        work="0.00",
        office_pe="0.70",
        facility_pe="0.70",
        facility_na="NA",
        mp="0.01",
        pctc="1",
        cap_pe="0.50",
        cap_mp="0.01",
    ),
]

GPCI = (
    "ADDENDUM E. CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY,,,,,,\r\n,,,,,,\r\n"
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\r\n"
    "10112,AL,00,ALABAMA,1,0.875,0.566\r\n02102,AK,01,ALASKA*,1.5,1.1,0.6\r\n,,,,,,\r\n*Invented footnote.,,,,,,\r\n"
)
ANES = "Contractor,Locality,Locality Name,National Anes CF of 20.4976\r\n10112 ,00 ,ALABAMA,19.50 \r\n02102 ,01 ,ALASKA*,28.00 \r\n"
BASE_UNITS = "CODE\t2026\n\tBASE\n\tUNIT\n00100\t5\n00216\t15\n"
LOCCO = (
    "COUNTIES INCLUDED IN 2026 LOCALITIES. (ALPHABETICALLY BY STATE AND LOCALITY NAME WITHIN STATE),,,,\r\n,,,,\r\n"
    "Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties\r\n,,,,\r\n"
    "10112,0,ALABAMA ,STATEWIDE ,ALL COUNTIES \r\n,,,,\r\n2102,1,ALASKA ,STATEWIDE* ,ALL COUNTIES \r\n"
)
CLFS = (
    "2026 Clinical Diagnostic Laboratory Fee Schedule\r\nInvented notice\r\n\r\n"
    "YEAR,HCPCS,MOD,EFF_DATE,INDICATOR,RATE,SHORTDESC,LONGDESC,EXTENDEDLONGDESC\r\n"
    "2026,80053,,20260101,N,00010.56,,,\r\n2026,80053,QW,20260101,N,00010.56,,,\r\n2026,0001U,,20260101,L,00000.00,,,\r\n"
)
ADDENDUM_B = (
    ",Addendum B.- OPPS Payment by HCPCS Code for CY 2026,,,,,,,\r\n"
    "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment,* Indicates a Change\r\n"
    '45378,,T,5311,10.2245,$911.71,.,$182.35,\r\n61624,,J1,5193,120.0000,"$11,340.57",.,"$1,700.00",\r\n'
    "99213,,B,,,,,,\r\nJ0585,,K,0902,,$6.406,.,$1.29,\r\n"
)
ASC_AA = (
    "Addendum AA -- Final ASC Covered Surgical Procedures for July 2026,,,,,,\r\n,,,,,,\r\n"
    "HCPCS Code, ,Short Descriptor,Subject to Multiple Procedure Discounting,July 2026 Payment Indicator,July 2026  Payment Weight,July 2026 Payment Rate\r\n"
    "45378,,,Y,A2,8.9000,$480.55\r\n61645,,,N,C5,,\r\n"
)
ASC_BB = (
    "Addendum BB,,,,,\r\n"
    "HCPCS Code,Short Descriptor,Drug Pass-Through Expiration,July 2026 Payment Indicator,July 2026 Payment Weight,July 2026 Payment Rate\r\n"
    "J0585,,,K2,,$6.406\r\n"
)
ASP = (
    "Payment Allowance Limits for Medicare Part B Drugs,,,,,\r\nInvented note,,,,,\r\n"
    "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Notes\r\n"
    "J0585,Invented toxin,1 UNIT,6.471,20,,\r\nJ0897,Invented antibody,1 MG,20.005,18.5,,\r\n"
)
NDC = (
    "Invented heading,,,,,,,,,\r\n_2026_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG\r\n"
    "J0585,Invented toxin,Invented maker,00023-1145-01,INVENTOX,1 UNIT,1,1,100,100\r\n"
)
STATES = ("AL", "AZ", "CA", "CO", "FL", "GA", "IL", "MA", "NY", "TX", "WA", "WY")


def equipment() -> str:
    head = ",".join(f"{s} (NR),{s} (R)" for s in STATES)
    prices = ",".join("100.00,120.00" if s == "AL" else "100.00,100.00" for s in STATES)
    return (
        f"Invented heading\r\nHCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor,{head},Description\r\nE0601,NU,,D,IN,130.00,90.00,{prices},\r\n"
        f"E0601,RR,,D,CR,,,{prices.replace('100.00', '10.00').replace('120.00', '12.00')},\r\n"
    )


def zip5_line(state: str, code: str, locality: str, quarter: str = "20263", plus_four: str = "0") -> str:
    return f"{state}{code}{locality.replace('/', '')} Z9   {plus_four} A".ljust(75) + quarter


def zip9_line(state: str, code: str, extra: str, locality: str, quarter: str = "20263") -> str:
    return f"{state}{code}{locality.replace('/', '')} Z9   1{extra}     A".ljust(75) + quarter


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / "rvu26c"
    bundle.mkdir()
    (bundle / "GPCI2026.csv").write_text(GPCI)
    (bundle / "ANES2026.csv").write_text(ANES)
    (bundle / "26LOCCO.csv").write_text(LOCCO)
    (folder / "Anesthesia base units 2026.txt").write_text(BASE_UNITS)
    (folder / "PUF_CLFS_CY2026_Q3V1.csv").write_text(CLFS)
    (folder / "2026 July Web Addendum B.csv").write_text(ADDENDUM_B)
    (folder / "July 2026 ASC Addenda - Addendum AA.csv").write_text(ASC_AA)
    (folder / "July 2026 ASC Addenda - Addendum BB.csv").write_text(ASC_BB)
    (folder / "section 508 version of July 2026 ASP Pricing File.csv").write_text(ASP)
    (folder / "July 2026 ASP NDC-HCPCS Crosswalk.csv").write_text(NDC)
    (folder / "DMEPOS26_JUL.csv").write_text(equipment())
    (folder / "DMERuralZIP.csv").write_text("STATE,DMEPOS RURAL ZIP CODE,YEAR/QTR\r\nAL,36003,2026/3\r\n")
    zips = [
        zip5_line("AL", "35203", "10112/00"),
        zip5_line("AL", "36003", "10112/00"),
        zip5_line("AK", "99501", "02102/01", plus_four="1"),
    ]
    (folder / "ZIP5_JUL2026.txt").write_text("\r\n".join(zips) + "\r\n")
    nine = [
        zip9_line("AK", "99501", e, place)
        for e, place in (("0001", "02102/01"), ("0002", "02102/01"), ("0004", "10112/00"))
    ]
    (folder / "ZIP9_JUL2026.txt").write_text("\r\n".join(nine) + "\r\n")
