"""Which words of a mail are the sender's own? HTML to plain text; quotes, signatures, greetings and disclaimers cut away."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml import html as markup

MOST = 400_000
_QUOTE_HEAD = re.compile(
    r"(?im)^\s*(?:on\b.{6,200}\bwrote:\s*$|-{2,}\s*original message\s*-{2,}.*$|_{10,}\s*$(?=\s*from:)|am\b.{6,120}\bschrieb.{0,80}:\s*$"
    r"|from:[^\n]{3,200}\n\s*(?:sent|date|to):)"
)
_FORWARD_HEAD = re.compile(r"(?im)^\s*(?:-{2,}\s*forwarded message\s*-{2,}|begin forwarded message:)\s*$")
_HEADER_LINE = re.compile(r"(?i)^\s*\*?(?:from|sent|date|to|cc|subject|reply-to):")
_SIGNATURE = re.compile(
    r"(?im)^(?:-- ?|sent from my \S.{0,40}|get outlook for .{1,40}|sent via .{1,60}|von meinem .{1,30} gesendet)\s*$"
)
_DISCLAIMER = re.compile(
    r"(?im)^.{0,20}(?:confidential(?:ity)? (?:notice|statement|note)|privacy notice|disclaimer\s*:|this (?:e-?mail|message|communication|transmission)"
    r"[^.\n]{0,120}\b(?:confidential|privileged|intended)|the information (?:contained|transmitted) in this|if you (?:are not|have received this)"
    r"[^.\n]{0,40}(?:intended recipient|in error)|please consider the environment)"
)
_CLOSING = re.compile(
    r"(?i)^\s*(?:(?:many )?thanks(?: (?:so much|again|a lot|in advance))?|thank you(?: (?:so much|very much|again|in advance))?"
    r"|(?:best|kind|warm)(?: regards| wishes)?|regards"
    r"|cheers|sincerely|respectfully|yours(?: \w+)?|v/r)[\s,.!]*$"
)
_GREETING = re.compile(
    r"(?i)^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))\b[^?\d]{0,50}[,:!.-]?\s*$"
)


def own_words(text: str, *, forwarded: bool = False) -> tuple[str, str]:
    """The sender's own words, and what was quoted below them. Of a forwarded mail the words below count too."""
    text = text[:MOST].replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    head = _FORWARD_HEAD.search(text)
    if head or forwarded:
        below = _without_header_lines(text[head.end() :] if head else text)
        above = text[: head.start()] if head else ""
        kept = "\n\n".join(p for p in (_trimmed(above), _trimmed(below)) if p)
        return kept, ""
    cut = _QUOTE_HEAD.search(text)
    own, quoted = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    lines = own.split("\n")
    quoted = "\n".join([*(line for line in lines if line.lstrip().startswith(">")), quoted]).strip()
    return _trimmed("\n".join(line for line in lines if not line.lstrip().startswith(">"))), quoted


def plain_of_html(text: str) -> str:
    """What a reader sees of a page: no scripts, styles or hidden parts; breaks where a block ends."""
    try:
        tree = markup.fromstring(text[:MOST].encode("utf-8", "replace"), parser=markup.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError, TypeError):
        return html.unescape(re.sub(r"<[^>]{0,2000}>", " ", text[:MOST]))
    for gone in tree.xpath("//script | //style | //head | //blockquote[@type='cite'] | //comment()"):
        gone.drop_tree()
    for line_end in tree.xpath("//br | //p | //div | //tr | //li | //h1 | //h2 | //h3 | //blockquote"):
        line_end.tail = "\n" + (line_end.tail or "")
    for cell in tree.xpath("//td | //th"):
        cell.tail = "  " + (cell.tail or "")
    lines = (" ".join(line.split()) for line in str(tree.text_content()).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _trimmed(text: str) -> str:
    for pattern in (_SIGNATURE, _DISCLAIMER):
        cut = pattern.search(text)
        # A note may itself begin with a notice; nothing is left then, and all of it is kept.
        if cut and text[: cut.start()].strip():
            text = text[: cut.start()]
    lines = text.strip().split("\n")
    while lines and _GREETING.match(lines[0]):
        lines = lines[1:]
    for at in range(len(lines) - 1, max(len(lines) - 9, 0), -1):
        if _CLOSING.match(lines[at]) and all(len(line) < 70 and "?" not in line for line in lines[at:]):
            lines = lines[:at]
            break
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _without_header_lines(text: str) -> str:
    return "\n".join(line.lstrip("> ") for line in text.split("\n") if not _HEADER_LINE.match(line.lstrip("> ")))
