"""Tables of CareerCenter."""
