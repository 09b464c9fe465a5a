"""The proof as pages to read and file: the same value as the letter, every source row by row, and the digest of the bundle."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

_TEAL, _GREY, _LINE = colors.HexColor("#0b6e6e"), colors.HexColor("#566066"), colors.HexColor("#c7cfd1")


def pdf(bundle: dict[str, Any]) -> bytes:
    told, out = bundle["told"], io.BytesIO()
    story: list[Flowable] = [
        _p("title", f"Answer {bundle['number']}"),
        _p("small", f"Made {bundle['made']} for {told['on']}"),
    ]
    for part in told["parts"]:
        story += _part(part)
    story += [
        _p("head", "Assumptions"),
        *(_p("item", a, bullet=True) for a in [*told["assumptions"], *(f"Your {u}." for u in told["unread"])]),
    ]
    if told["masked"]:
        story.append(
            _p("item", f"{told['masked']} identifiers of a person masked; none is repeated here.", bullet=True)
        )
    story += [
        _p("head", "Releases used"),
        _table(
            ["Release", "Rows", "SHA-256 of the publisher's file"],
            [_release(r) for r in bundle["releases"]],
            (0.34, 0.1, 0.56),
        ),
    ]
    story += [Spacer(0, 4 * mm), _p("small", f"SHA-256 of the proof: {bundle['digest']}")]
    story.append(
        _p(
            "small",
            "Check it again with: codingahead verify FILE. An answer helps a person who decides; it does not decide.",
        )
    )
    SimpleDocTemplate(
        out, pagesize=LETTER, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm, title=f"Answer {bundle['number']}",
        author="Coding Ahead", lang="en", invariant=1,
    ).build(story, onFirstPage=_foot, onLaterPages=_foot)  # fmt: skip
    return out.getvalue()


def _part(part: dict[str, Any]) -> list[Flowable]:
    story: list[Flowable] = [_p("head", part["title"][:400])]
    story += [_p("short", s) for s in part["short"] or ["Nothing can be said about this from what is loaded."]]
    if part["table"]:
        story += [Spacer(0, 2 * mm), _table(part["table"]["head"], part["table"]["rows"])]
    if part["reasons"]:
        story += [_p("sub", "Reasons")]
        story += [
            _p("item", r["text"] + "".join(f" [{n}]" for n in r["sources"]), bullet=True) for r in part["reasons"]
        ]
    for name, rows in (("Documentation to ask for", part["needs"]), ("Not answered", part["unanswered"])):
        if rows:
            story += [_p("sub", name), *(_p("item", r, bullet=True) for r in rows)]
    if part["sources"]:
        rows = [[f"[{s['n']}]", s["release"], s["where"], str(s["row"] or "")] for s in part["sources"]]
        story += [_p("sub", "Sources"), _table(["", "Release", "Where", "Row"], rows, (0.07, 0.33, 0.49, 0.11))]
    return story


def _release(release: dict[str, Any]) -> list[str]:
    return [release["id"], f"{release['rows']:,}", release["sha256"]]


def _table(head: list[str], rows: list[list[str]], widths: tuple[float, ...] | None = None) -> Table:
    whole = LETTER[0] - 40 * mm - 12
    columns = [w * whole for w in widths] if widths else _widths(head, rows, whole)
    cells = [[_p("cellhead", h) for h in head], *([_p("cell", str(c)[:600]) for c in row] for row in rows)]
    table = Table(cells, colWidths=columns, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle([
            ("LINEBELOW", (0, 0), (-1, 0), 0.7, _GREY), ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ])
    )  # fmt: skip
    return table


def _widths(head: list[str], rows: list[list[str]], whole: float) -> list[float]:
    """Each column as wide as its longest word asks for, within reason."""
    longest = [min(max(len(h) + 2, *(len(str(r[at])) for r in rows)), 45) if rows else 10 for at, h in enumerate(head)]
    return [whole * n / sum(longest) for n in longest]


def _p(style: str, text: str, *, bullet: bool = False) -> Paragraph:
    # The standard fonts hold Latin-1; anything else is shown as its nearest or as '?', never as a box.
    plain = text.translate(_NEAR).encode("latin-1", "replace").decode("latin-1")
    return Paragraph(escape(plain), _styles()[style], bulletText="-" if bullet else None)


_NEAR = str.maketrans(
    {
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2026": "...",
        "\u2265": ">=",
        "\u2264": "<=",
        "\u2022": "-",
    }
)


@lru_cache(maxsize=1)
def _styles() -> dict[str, ParagraphStyle]:
    body = getSampleStyleSheet()["BodyText"]

    def style(name: str, size: float, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(
            name,
            parent=body,
            fontSize=size,
            leading=size * 1.35,
            spaceBefore=more.pop("before", 1),
            spaceAfter=1,
            **more,
        )

    return {
        "title": style("title", 18, fontName="Helvetica-Bold"),
        "head": style("head", 12, fontName="Helvetica-Bold", before=12, textColor=_TEAL),
        "sub": style("sub", 9.5, fontName="Helvetica-Bold", before=7),
        "short": style("short", 11),
        "item": style("item", 9.5, leftIndent=10, bulletIndent=0),
        "small": style("small", 8.5, textColor=_GREY),
        "cell": style("cell", 8.5, splitLongWords=1),
        "cellhead": style("cellhead", 8.5, fontName="Helvetica-Bold"),
    }


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(_GREY)
    canvas.drawString(20 * mm, 10 * mm, document.title)
    canvas.drawRightString(LETTER[0] - 20 * mm, 10 * mm, f"Page {document.page}")
    canvas.restoreState()
