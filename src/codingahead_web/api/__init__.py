"""REST over HTTP: parse, ask the codebook, serialise."""
