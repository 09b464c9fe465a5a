"""Locks and opens resumes, letters and messages, with a key of their own."""

from codingahead_web.accounts.vault import Vault

_own = Vault("careers")
lock, unlock = _own.lock, _own.unlock
