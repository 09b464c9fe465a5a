"""Translate: read the request, ask the codebook, render."""
