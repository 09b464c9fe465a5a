"""Locks and opens mails and answers, with a key of their own."""

from codingahead_web.accounts.vault import Vault

_own = Vault("consultant")
lock, unlock, lock_value, unlock_value = _own.lock, _own.unlock, _own.lock_value, _own.unlock_value
