"""Coding Ahead: the right answer about a medical code on a date of service, with its source."""

__version__ = "0.1.0"
