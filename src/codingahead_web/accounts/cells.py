"""Cells of a CSV file that a spreadsheet cannot take for a formula (OWASP, CSV Injection)."""

from __future__ import annotations

_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS) else text
