#!/bin/sh
# Runs every test. With CI=true what the tests need is installed and nothing may be skipped; elsewhere what is missing is skipped by name.
set -eu
BIN=${1:-.venv/bin}
cd "$(dirname "$0")/.."

if [ "$(id -u)" = 0 ] && [ "${CI:-}" = true ] && command -v apt-get >/dev/null 2>&1; then
    need=""
    command -v chromium >/dev/null 2>&1 || need="$need chromium"
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need="$need postgresql"
    command -v tesseract >/dev/null 2>&1 || need="$need tesseract-ocr"
    command -v dovecot >/dev/null 2>&1 || need="$need dovecot-imapd"
    command -v java >/dev/null 2>&1 || need="$need default-jre-headless"
    if [ -n "$need" ]; then
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
    fi
fi

# What the site keeps in its database is tried on PostgreSQL first, then with everything else on SQLite.
"$BIN/python" -m tests.postgres "$BIN/python" -m pytest -p no:cacheprovider -m database -ra
exec "$BIN/python" -m pytest -n "${TEST_PROCESSES:-2}" --dist loadfile -ra
