"""Finds and masks what identifies a patient in text."""
