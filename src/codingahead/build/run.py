"""Builds a pack from a folder of official files: walk, recognise, read, index, seal, swap. The old pack serves until the last step."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from codingahead.build.embedded import embedded_members, starters
from codingahead.build.members import Member, members
from codingahead.build.plan import Candidate, plan
from codingahead.build.report import BuildReport, Loaded, Progress
from codingahead.build.search_index import add_vectors, write_search
from codingahead.build.sources import READERS
from codingahead.build.verify import verify
from codingahead.content.load import load_content
from codingahead.store import folder as folders
from codingahead.store.pack import Pack
from codingahead.store.schema import FORMAT
from codingahead.store.writer import PackWriter, ReleaseRow
from codingahead.words.codes import System
from codingahead.words.errors import BuildProblem, Refused, Unreadable
from codingahead.words.rows import CodeRow

# Shares of the whole that reading, the search index and sealing take.
READ, INDEXED = 0.72, 0.97


def build(sources: Path | None, folder: Path, *, now: datetime, progress: Progress | None = None) -> BuildReport:
    """Writes a new pack into `folder` from the official files below `sources` (None: only what comes with the program) and makes it serve.

    The pack has no meaning vectors yet: `build_vectors` adds them. Raises BuildProblem when nothing can be built (no such folder,
    disk full); a single bad file never stops a build, it is named in the report.
    """
    if sources is not None and not sources.is_dir():
        raise BuildProblem(f"no such folder: {sources}", "name the folder that holds the official files with --sources")
    tell = progress or (lambda label, share: None)
    report = BuildReport()
    try:
        with folders.workplace(folder) as place:
            (place / "pack").mkdir()
            _write(place / "pack", sources, report, tell)
            report.pack = _seal_and_install(place, folder, report, now)
    except (OSError, sqlite3.OperationalError) as error:
        raise _storage_problem(error, folder) from error
    tell("done", 1.0)
    return report


def build_vectors(folder: Path, *, now: datetime, progress: Progress | None = None) -> int:
    """Adds meaning vectors to the serving pack: a new pack that shares every other part with it, swapped in when complete.

    Raises VectorsUnavailable when the semantic extra is not installed. Returns the number of vectors.
    """
    old = folders.current(folder)
    earlier = [p / "search" for p in folder.glob("pack-*") if (p / "search").is_dir()]
    try:
        with folders.workplace(folder) as place:
            shutil.copytree(old, place / "pack", copy_function=_link)
            (place / "pack" / folders.MANIFEST).unlink()
            count = add_vectors(place / "pack", earlier, progress)
            if folders.current(folder) != old:
                raise BuildProblem(
                    "another build put a new pack in place meanwhile",
                    "run `codingahead data build --vectors-only` again",
                )
            manifest = json.loads((old / folders.MANIFEST).read_text(encoding="utf-8"))
            _seal(place / "pack", manifest | {"vectors": count, "built_at": now.isoformat(timespec="seconds")})
            folders.install(place, folder, _name(place / "pack"))
    except (OSError, sqlite3.OperationalError) as error:
        raise _storage_problem(error, folder) from error
    return count


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def _write(place: Path, sources: Path | None, report: BuildReport, tell: Progress) -> None:
    tell("looking through the sources", 0.0)
    found = [*embedded_members(report), *(members(sources, report.fault) if sources else ())]
    planned = plan(found, READERS, report)
    official = {candidates[0].edition.kind for candidates in planned}
    total = sum(m.size for candidates in planned for m in candidates[0].members) or 1
    done = 0

    writer = PackWriter(place)
    try:
        for candidates in planned:
            size = sum(m.size for m in candidates[0].members)
            label = f"{candidates[0].edition.id}  {candidates[0].members[0].basename}"
            _tell_bytes(candidates[0].members, label, (done, total), tell)
            _read_best(candidates, writer, report)
            done += size
        for starter in starters(official):
            _read_best([starter], writer, report)
        _write_content(writer, report)
        tell("sorting", READ)
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
    pack = Pack(place)
    try:
        report.search_terms = write_search(
            pack, place, lambda label, share: tell(label, READ + (INDEXED - READ) * share)
        )
        verify(pack, report)
    finally:
        pack.close()
    tell("sealing", INDEXED)


def _tell_bytes(files: Sequence[Member], label: str, at: tuple[int, int], tell: Progress) -> None:
    """Lets the files report what is read of them; `at`: bytes read before them, and in all."""
    seen, total = at

    def count(n: int) -> None:
        nonlocal seen
        seen += n
        tell(label, READ * min(1.0, seen / total))

    for member in files:
        member.count = count


def _read_best(candidates: Sequence[Candidate], writer: PackWriter, report: BuildReport) -> None:
    """Reads the best candidate; one that fails is named and its twin is tried."""
    for i, candidate in enumerate(candidates):
        if _read(candidate, writer, report):
            for other in candidates[i + 1 :]:
                for member in other.members:
                    report.skip(
                        member.name, f"another form of {candidate.edition.id}, read from {candidate.members[0].name}"
                    )
            return


def _read(candidate: Candidate, writer: PackWriter, report: BuildReport) -> bool:
    edition, files = candidate.edition, candidate.members
    name = files[0].name if len(files) == 1 else f"{files[0].name} (+{len(files) - 1} parts)"
    writer.begin(
        ReleaseRow(
            edition.id,
            edition.kind,
            edition.publisher,
            edition.title,
            edition.effective_from,
            edition.expected_until,
            edition.complete,
            edition.cumulative,
            edition.fields,
        )
    )
    try:
        missing = [part for part in edition.parts if part not in candidate.files]
        if missing:
            raise Refused(
                f"{edition.id}: part {', '.join(missing)} of {len(edition.parts)} is missing", "add the missing file"
            )
        rows = candidate.reader.read(files, edition, writer)
        writer.keep(file=name, sha256=_digest(files), rows=rows)
    except (Refused, Unreadable) as problem:
        writer.drop()
        report.fault(name, f"{'refused' if isinstance(problem, Refused) else 'unreadable'}: {problem.message}")
        return False
    except (ValueError, KeyError, IndexError, TypeError, ArithmeticError) as error:
        writer.drop()
        report.fault(
            name,
            f"unreadable: its content does not follow the layout of {edition.kind} ({type(error).__name__}: {error})",
        )
        return False
    report.loaded.append(Loaded(edition.id, edition.title, edition.effective_from.isoformat(), rows, name))
    return True


def _digest(files: Sequence[Member]) -> str:
    """The file's SHA-256, or that of its parts' digests joined."""
    if len(files) == 1:
        return files[0].sha256
    return hashlib.sha256("".join(f.sha256 for f in files).encode()).hexdigest()


def _write_content(writer: PackWriter, report: BuildReport) -> None:
    records = load_content()
    newest = max(record.reviewed for record in records)
    writer.begin(
        ReleaseRow(
            f"content:{newest}", "content", "Coding Ahead", "Plain-language content", newest, None, False, True, ()
        )
    )
    for system in (System.MODIFIER, System.POS):
        rows = [CodeRow(r.code, r.title, True) for r in records if r.system is system]
        writer.code_list(system, rows)
    texts = [(record.system, record.code, record.as_json()) for record in records]
    writer.content(texts)
    digest = hashlib.sha256("".join(data for _, _, data in texts).encode()).hexdigest()
    writer.keep(file="codingahead/content", sha256=digest, rows=len(records))
    report.loaded.append(
        Loaded(f"content:{newest}", "Plain-language content", newest.isoformat(), len(records), "codingahead/content")
    )


def _seal_and_install(place: Path, folder: Path, report: BuildReport, now: datetime) -> Path:
    manifest: dict[str, object] = {"format": FORMAT, "built_at": now.isoformat(timespec="seconds"), "vectors": 0}
    manifest["not_used"] = [{"file": n.file, "reason": n.reason, "fault": n.fault} for n in report.not_used]
    _seal(place / "pack", manifest)
    return folders.install(place, folder, _name(place / "pack"))


def _seal(pack: Path, manifest: dict[str, object]) -> None:
    """Writes the manifest: what was read, and the SHA-256 of every part."""
    parts = {}
    for path in sorted(p for p in pack.rglob("*") if p.is_file() and p.name != folders.MANIFEST):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        parts[path.relative_to(pack).as_posix()] = {"sha256": digest, "bytes": path.stat().st_size}
    sealed = Pack(pack)
    try:
        sources = [{"release": r.id, "file": r.file, "sha256": r.sha256, "rows": r.rows} for r in sealed.releases()]
    finally:
        sealed.close()
    content = json.dumps(manifest | {"sources": sources, "parts": parts}, indent=1, ensure_ascii=False)
    (pack / folders.MANIFEST).write_text(content, encoding="utf-8")


def _name(pack: Path) -> str:
    return "pack-" + hashlib.sha256((pack / folders.MANIFEST).read_bytes()).hexdigest()[:12]


def _storage_problem(error: Exception, folder: Path) -> BuildProblem:
    full = getattr(error, "errno", None) == errno.ENOSPC or "full" in str(error)
    if full:
        return BuildProblem(
            f"the disk that holds {folder} is full; the old pack still serves",
            "free about 2 GB there, or name another folder with --pack",
        )
    if getattr(error, "errno", None) in (errno.EACCES, errno.EROFS, errno.EPERM):
        return BuildProblem(f"cannot write to {folder}", "name a folder you may write to with --pack")
    return BuildProblem(f"could not write the pack in {folder}: {error}", "check the disk and run the build again")
