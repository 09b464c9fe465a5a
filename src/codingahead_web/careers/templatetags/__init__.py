"""Filters of the job pages."""
