"""Settings, the root of addresses, error pages. Imports every app; nothing imports it."""
