"""`codingahead data sync`: fetches what the catalogue lists under terms that a named person has accepted, then builds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codingahead.adapters.downloads import Downloads, Fetched, Unreachable
from codingahead.build.catalogue import Listing, Terms, catalogue, chosen
from codingahead.cli.common import home, pack_option
from codingahead.cli.progress import Bar
from codingahead.words.errors import BadInput

ACCEPTED = "accepted.json"
Build = Callable[[argparse.Namespace], int]


def add(inner: Any, build: Build) -> None:
    """`build` makes the pack from the folder that `options.sources` names."""
    parser: argparse.ArgumentParser = inner.add_parser(
        "sync", help="download what the catalogue lists, after its terms are accepted, then build"
    )
    parser.add_argument("--to", metavar="DIR", help="folder for the files (`downloads` in the home)")
    parser.add_argument("--only", metavar="NAME", action="append", default=[], help="this listing; repeat for several")
    parser.add_argument("--list", action="store_true", help="show the listings and their terms, fetch nothing")
    parser.add_argument("--accept", metavar="TERMS", action="append", default=[], help="accept these terms")
    parser.add_argument("--by", metavar="NAME", help="the person who accepts")
    parser.add_argument("--catalogue", metavar="FILE", help="another catalogue")
    parser.add_argument("--no-build", action="store_true", help="fetch only")
    parser.add_argument("--no-vectors", action="store_true", help="leave out the vectors for search by meaning")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    pack_option(parser)
    parser.set_defaults(run=lambda options: run(options, build), vectors_only=False)


def run(options: argparse.Namespace, build: Build) -> int:
    listings = chosen(catalogue(Path(options.catalogue) if options.catalogue else None), options.only)
    folder = Path(options.to) if options.to else home() / "downloads"
    if options.list:
        return _list(listings, folder)
    folder.mkdir(parents=True, exist_ok=True)
    may = {terms: _may(terms, folder, options) for terms in dict.fromkeys(one.terms for one in listings)}
    open_to = [one for one in listings if may[one.terms]]
    if not open_to:
        raise BadInput(
            "no terms are accepted, nothing is fetched",
            "read them with --list, then name them: --accept TERMS --by 'YOUR NAME'",
        )
    fetched, failed = _fetch_all(open_to, Downloads(folder))
    fresh = sum(one.fresh for one in fetched)
    print(f"{len(fetched)} files, {fresh} new, in {folder}", file=sys.stderr)
    for reason in failed:
        print(f"not fetched: {reason}", file=sys.stderr)
    if not fetched:
        raise Unreachable(failed[0] if failed else "the pages link to none of the files", "see above")
    if options.no_build:
        return 0
    options.sources = str(folder)
    return build(options)


def _fetch_all(listings: list[Listing], downloads: Downloads) -> tuple[list[Fetched], list[str]]:
    """What came, and why the rest did not. One publisher's silence does not stop the others."""
    bar = Bar(sys.stderr)
    fetched: list[Fetched] = []
    failed: list[str] = []
    for listing in listings:
        try:
            addresses = listing.addresses or downloads.find(listing.page, listing.follow, listing.file)
        except Unreachable as error:
            failed.append(f"{listing.name}: {error.message} - {error.hint}")
            continue
        if not addresses:
            failed.append(f"{listing.name}: {listing.page} links to no such file")
        for address in addresses:
            try:
                fetched.append(downloads.fetch(address, listing.name, bar.tell))
            except Unreachable as error:
                failed.append(f"{listing.name}: {error.message} - {error.hint}")
    bar.end()
    return fetched, failed


def _may(terms: Terms, folder: Path, options: argparse.Namespace) -> bool:
    """Whether a person has accepted these terms; asks on a terminal, and notes who and when."""
    path = folder / ACCEPTED
    accepted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if terms.name in accepted and accepted[terms.name]["says"] == terms.says:
        return True
    by = options.by if terms.name in options.accept else _asked(terms)
    if terms.name in options.accept and not by:
        raise BadInput("terms are accepted by a person", "name yourself: --by 'YOUR NAME'")
    if not by:
        print(f"terms {terms.name!r} are not accepted ({terms.title}): left out", file=sys.stderr)
        return False
    now = datetime.now(UTC).isoformat(timespec="seconds")
    accepted[terms.name] = {"by": by, "at": now, "title": terms.title, "link": terms.link, "says": terms.says}
    path.write_text(json.dumps(accepted, indent=1), encoding="utf-8")
    return True


def _asked(terms: Terms) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    print(
        f"\n{terms.title}\n{terms.says}\n{terms.link}\nType your name to accept, or Enter to leave these files out: ",
        end="",
        file=sys.stderr,
    )
    return sys.stdin.readline().strip()


def _list(listings: tuple[Listing, ...], folder: Path) -> int:
    path = folder / ACCEPTED
    accepted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for terms in dict.fromkeys(one.terms for one in listings):
        told = accepted.get(terms.name)
        standing = f"accepted by {told['by']} on {told['at'][:10]}" if told else "not accepted"
        print(f"{terms.name} ({standing}): {terms.title}\n  {terms.says}\n  {terms.link}")
        for one in listings:
            if one.terms == terms:
                print(f"    {one.name:<16} {one.rhythm:<22} {one.publisher}: {one.title}")
    return 0
