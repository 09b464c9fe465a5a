"""Claim checks on the site: the grid, whole files with their report, the pairs checker and the rules in plain words."""
