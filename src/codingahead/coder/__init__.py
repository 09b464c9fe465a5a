"""From a note to codes, and the level of a visit."""
