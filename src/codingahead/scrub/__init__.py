"""Whole files of claims to files of findings: streaming, in bounded memory, resumable, on all cores or a cluster."""
