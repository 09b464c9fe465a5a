"""People, organisations, roles, API keys, consent, and the log of security-relevant acts."""
