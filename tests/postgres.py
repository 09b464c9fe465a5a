"""`python -m tests.postgres COMMAND ...`: runs a command with DATABASE_URL set to a PostgreSQL server that lives as long as it does.

Without PostgreSQL the command is skipped by name, and with CI=true that is a failure.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 0
MISSING = 3
STARTS_WITHIN = 60  # seconds


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: float(p.split("/")[4]))
    plain = shutil.which("initdb")
    return Path(found[-1]).parent if found else Path(plain).parent if plain else None


def as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; its package makes the user postgres."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def run(command: list[str]) -> int:
    bin_folder = programs()
    if bin_folder is None:
        sys.stderr.write("skipped: tests on PostgreSQL (the package postgresql is not installed)\n")
        return MISSING if os.environ.get("CI") == "true" else SKIPPED
    folder = Path(tempfile.mkdtemp(prefix="codingahead-postgres-"))
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-t", str(STARTS_WITHIN)]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    try:
        subprocess.run(
            as_server_user([str(bin_folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]),
            cwd=folder,
            **quiet,
        )
        subprocess.run(
            as_server_user([*control, "-l", str(folder / "log"), "-o", options, "start"]), cwd=folder, **quiet
        )
        address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}).returncode
    finally:
        subprocess.run(as_server_user([*control, "-m", "immediate", "stop"]), cwd="/", **(quiet | {"check": False}))
        time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
