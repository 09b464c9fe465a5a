"""Documents match the program, and the project holds nobody else's text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from codingahead.cli import main as cli
from codingahead.tools import TOOLS

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_is_described() -> None:
    described = (ROOT / "docs/facts/commands.md").read_text()
    for module in cli.COMMANDS:
        name = module.__name__.rsplit(".", 1)[-1]
        assert f"codingahead {name}" in described


def test_every_tool_is_described() -> None:
    described = (ROOT / "docs/facts/tools.md").read_text()
    assert [tool.name for tool in TOOLS if f"`{tool.name}`" not in described] == []


def test_every_environment_setting_is_described() -> None:
    described = (ROOT / "docs/facts/settings.md").read_text()
    used = set()
    for path in (ROOT / "src").rglob("*.py"):
        used |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", path.read_text()))
        used |= set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", path.read_text()))
    assert sorted(name for name in used if f"`{name}`" not in described and name != "DJANGO_SETTINGS_MODULE") == []


def test_every_rule_is_described() -> None:
    described = (ROOT / "docs/facts/claim-rules.md").read_text()
    told = "".join(path.read_text() for path in (ROOT / "src/codingahead/checks").rglob("*.py"))
    used = set(
        re.findall(r'"((?:claim|code|coverage|global|icd10cm|line|modifier|ncci|pos|status)\.[a-z0-9_]+)"', told)
    )
    kinds = {"icd10cm.tabular", "ncci.add_on", "ncci.mue", "ncci.ptp"}
    assert len(used) > 15
    assert sorted(rule for rule in used if f"`{rule}`" not in described and rule not in kinds) == []


def test_the_constraints_name_no_registry() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==\S+", line) for line in lines if line)


def test_the_library_imports_without_django() -> None:
    program = "import sys; sys.modules['django'] = None; import codingahead.codebook, codingahead.tools, codingahead.build.run"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
