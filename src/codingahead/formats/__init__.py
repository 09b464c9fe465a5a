"""How do claims and remittances come in? Outside shapes to words and back: bytes and paths in, values out.

Knows no code, no rule and no pack. A row, line or segment that cannot be read becomes `Rejected`; the rest goes on.
"""
