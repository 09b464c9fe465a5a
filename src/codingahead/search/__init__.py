"""Search over every code system the pack holds."""
