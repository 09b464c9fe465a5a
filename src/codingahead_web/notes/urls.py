"""Addresses of note coding. Notes are sent, never named in an address; a kept note opens to its owner by a random word."""

from __future__ import annotations

from django.urls import path

from codingahead_web.notes import views

urlpatterns = [
    path("notes", views.notes, name="note_to_codes"),
    path("notes/check", views.check, name="note_check"),
    path("notes/found", views.found, name="note_found"),
    path("notes/export/<str:kind>", views.export, name="note_export"),
    path("notes/keep", views.keep, name="note_keep"),
    path("notes/kept/<str:token>", views.kept, name="kept_note"),
    path("notes/kept/<str:token>/drop", views.drop, name="drop_note"),
]
