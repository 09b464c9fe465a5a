"""The same question through library, command line and MCP gives the same answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from mcp.client import Client

from codingahead.cli.main import main
from codingahead.cli.mcp import server
from codingahead.codebook import Codebook
from codingahead.tools import TOOLS, call

ON = "2026-08-01"
CLAIM_FILE = str(Path(__file__).parent / "claim.json")
CLAIM = json.loads(Path(CLAIM_FILE).read_text())
NOTE_FILE = str(Path(__file__).parent / "note.txt")
NOTE = Path(NOTE_FILE).read_text()
QUESTIONS = {
    "lookup_code": ({"code": "61624", "on": ON}, ["code", "61624", "--on", ON, "--json"]),
    "search_codes": (
        {"q": "cerebral aneurysm", "system": ["icd10cm"], "limit": 5, "on": ON},
        ["search", "cerebral", "aneurysm", "--system", "icd10cm", "--limit", "5", "--on", ON, "--json"],
    ),
    "list_edits": ({"code": "61624", "on": ON}, ["edits", "61624", "--on", ON, "--json"]),
    "price_service": (
        {"code": "61624", "pos": "21", "national": True, "on": ON},
        ["fee", "61624", "--pos", "21", "--national", "--on", ON, "--json"],
    ),
    "crosswalk_code": (
        {"code": "I67.1", "to": "ccsr", "on": ON},
        ["crosswalk", "I67.1", "--to", "ccsr", "--on", ON, "--json"],
    ),
    "list_changes": (
        {"from": "2025-09-30", "to": ON, "system": "icd10cm"},
        ["data", "changes", "2025-09-30", ON, "--system", "icd10cm", "--json"],
    ),
    "check_coverage": (
        {"code": "61624", "diagnoses": ["I67.1"], "on": ON},
        ["coverage", "61624", "--diagnosis", "I67.1", "--on", ON, "--json"],
    ),
    "compare_fees": (
        {"code": "61624", "pos": "21", "from": "2026-04-15", "to": ON, "national": True},
        ["fee", "61624", "--pos", "21", "--national", "--since", "2026-04-15", "--on", ON, "--json"],
    ),
    "drug_units": (
        {"code": "J0585", "amount": "150 units", "container": "100 units", "on": ON},
        ["units", "J0585", "--amount", "150 units", "--container", "100 units", "--on", ON, "--json"],
    ),
    "level_visit": (
        {"family": "office", "patient": "established", "problems": "moderate", "risk": "low", "minutes": 70, "on": ON},
        [
            "visit",
            "--family",
            "office",
            "--patient",
            "established",
            "--problems",
            "moderate",
            "--risk",
            "low",
            "--minutes",
            "70",
            "--on",
            ON,
            "--json",
        ],
    ),
    "ask_casepilot": ({"question": "MUE of 61624?", "on": ON}, ["ask", "MUE of 61624?", "--on", ON, "--json"]),
    "check_claim": ({"claim": CLAIM}, ["check", CLAIM_FILE, "--json"]),
    "suggest_codes": ({"text": NOTE, "on": ON}, ["note", NOTE_FILE, "--on", ON, "--json"]),
    "list_releases": ({"on": ON}, None),
}


def awaited(ask: Callable[[], Awaitable[object]]) -> object:
    """Runs `ask` in a thread of its own: a browser test in the same process may keep a loop running in this one."""

    async def act() -> object:
        return await ask()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(act())).result()


def test_every_tool_has_a_question_here() -> None:
    assert set(QUESTIONS) == {tool.name for tool in TOOLS}


@pytest.mark.parametrize("name", QUESTIONS)
def test_command_line_and_mcp_answer_as_the_library_does(
    name: str, codebook: Codebook, world_packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, command = QUESTIONS[name]
    expected = json.loads(json.dumps(call(codebook, name, arguments, date(2030, 1, 1))))
    if command:
        main([*command, "--pack", str(world_packs)])
        assert json.loads(capsys.readouterr().out) == expected

    async def ask() -> object:
        async with Client(server(codebook)) as client:
            return (await client.call_tool(name, arguments)).structured_content

    assert awaited(ask) == expected


def test_an_mcp_error_is_the_one_error_value(codebook: Codebook) -> None:
    async def ask() -> object:
        async with Client(server(codebook)) as client:
            return await client.call_tool("lookup_code", {"code": "??"})

    result = awaited(ask)
    assert result.is_error
    assert set(result.structured_content["error"]) == {"code", "message", "hint", "retry"}
