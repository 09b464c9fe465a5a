"""A hundred damaged files: none stops a build, none is loaded in part, each is named or harmless."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

from codingahead.build.members import members
from codingahead.build.plan import plan
from codingahead.build.report import BuildReport
from codingahead.build.run import _read_best
from codingahead.build.sources import READERS
from codingahead.store.pack import Pack
from codingahead.store.writer import PackWriter
from tests.world import sources


def _damaged(content: bytes, chance: random.Random) -> bytes:
    kind = chance.randrange(6)
    at = chance.randrange(max(1, len(content)))
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + bytes(chance.randrange(256) for _ in range(40)) + content[at + 40 :]
    if kind == 2:
        return content.replace(b",", b";")
    if kind == 3:
        return content.decode("latin-1").encode("utf-16")
    if kind == 4:
        return b"\x00" * at + content[at:]
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _zip_of(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def test_a_hundred_damaged_files_never_stop_a_build(tmp_path: Path) -> None:
    chance = random.Random(61624)
    world = sources.write(tmp_path / "world")
    originals = [(p.name, p.read_bytes()) for p in sorted(world.iterdir()) if p.is_file()]
    order = b"".join(
        b"%05d %-7s %d %-60s %s\r\n" % (i, b"A%02d" % i, 1, b"Invented", b"Invented disease") for i in range(60)
    )
    originals.append(("icd10cm_order_2026.txt", order))
    originals.append(
        (
            "icd10cm_tabular_2026.xml",
            b"<ICD10CM.tabular><version>2026</version><chapter><name>1</name><desc>x (A00-B99)</desc></chapter></ICD10CM.tabular>",
        )
    )
    folder = tmp_path / "damaged"
    folder.mkdir()
    for i in range(100):
        name, content = originals[i % len(originals)]
        made = _damaged(content, chance)
        path = folder / f"{i:03d}"
        path.mkdir()
        (path / (name if i % 3 else name + ".zip")).write_bytes(made if i % 3 else _zip_of(name, made))
    (folder / "random.zip").write_bytes(b"PK\x03\x04" + bytes(chance.randrange(256) for _ in range(500)))
    (folder / "empty.txt").write_bytes(b"")

    report = BuildReport()
    place = tmp_path / "place"
    place.mkdir()
    writer = PackWriter(place)
    for candidates in plan(members(folder, report.fault), READERS, report):
        _read_best(candidates, writer, report)
    writer.finish()

    assert {"random.zip", "empty.txt"} <= {n.file for n in report.not_used}
    assert all(n.reason for n in report.not_used)
    pack = Pack(place)
    assert {r.id: r.rows for r in pack.releases()} == {r.release: r.rows for r in report.loaded}
    pack.close()
