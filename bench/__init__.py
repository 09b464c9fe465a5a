"""Benchmarks: `python -m bench`. Figures are compared inside one run; the machine's mood cancels out."""
