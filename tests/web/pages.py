"""Reading a page in a test."""

from __future__ import annotations

from django.http import HttpResponse
from lxml import html


def tree(response: HttpResponse) -> html.HtmlElement:
    return html.fromstring(response.content.decode())


def words(response: HttpResponse, xpath: str = "//body") -> str:
    """The text of the first match, blanks made single."""
    found = tree(response).xpath(xpath)
    return " ".join(found[0].text_content().split()) if found else ""


def links(response: HttpResponse, xpath: str = "//main//a") -> list[str]:
    return [a.get("href") for a in tree(response).xpath(xpath)]
