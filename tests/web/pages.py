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


def not_allowed_by_policy(response: HttpResponse) -> list[str]:
    """What the strict Content-Security-Policy would stop: inline scripts and styles, handlers, pictures out of the page itself."""
    page = tree(response)
    scripts = [
        s for s in page.xpath("//script[not(@src)]") if s.get("type") not in ("application/json", "application/ld+json")
    ]
    handlers = page.xpath("//*[@*[starts-with(name(), 'on')]]")
    others = page.xpath("//style | //*[@style] | //img[starts-with(@src, 'data:')] | //script[contains(@src, '//')]")
    return [html.tostring(e, with_tail=False).decode()[:200] for e in [*scripts, *handlers, *others]]
