"""Addresses of Case2Code, and of what every page links to."""

from __future__ import annotations

from django.urls import path

from codingahead_web.lookup.views import books, changes, code, coverage, keep, preferences, robots, search

urlpatterns = [
    path("", search.home, name="home"),
    path("search", search.search, name="search"),
    path("suggest", search.suggest, name="suggest"),
    path("codes/check", keep.code_list, name="code_list"),
    path("codes/<str:system>/<str:code>/star", keep.star, name="star"),
    path("codes/<str:system>/<str:code>/note", keep.write_note, name="write_note"),
    path("account/lists", keep.lists, name="lists"),
    path("account/lists/<int:pk>", keep.one_list, name="list"),
    path("account/lists/<int:pk>/change", keep.change_list, name="change_list"),
    path("account/lists/<int:pk>.csv", keep.export_list, name="export_list"),
    path("lists/<str:token>", keep.shared_list, name="shared_list"),
    path("account/notes", keep.notes, name="notes"),
    path("account/notes/<int:pk>/delete", keep.delete_note, name="delete_note"),
    path("account/history", keep.viewed, name="viewed"),
    path("codes/<str:system>/<str:code>/edits", code.edits, name="edits"),
    path("codes/<str:system>/<str:code>", code.code, name="code"),
    path("codes/<str:code>", code.which_system, name="which_system"),
    path("browse/<str:system>/", books.browse, name="browse"),
    path("browse/<str:system>/<str:node>", books.browse, name="browse_node"),
    path("index", books.index, {"table": "index"}, name="index"),
    path("index/external-cause", books.index, {"table": "external_cause"}, name="external_cause"),
    path("index/pcs", books.index, {"table": "pcs"}, name="pcs_index"),
    path("tables/neoplasm", books.table, {"table": "neoplasm"}, name="neoplasm"),
    path("tables/drug", books.table, {"table": "drug"}, name="drug"),
    path("pcs/", books.pcs, name="pcs"),
    path("pcs/<str:prefix>", books.pcs, name="pcs_prefix"),
    path("modifiers", books.flat_list, {"system": "modifier"}, name="modifiers"),
    path("places-of-service", books.flat_list, {"system": "pos"}, name="places"),
    path("coverage", coverage.coverage, name="coverage"),
    path("coverage/ncd/<str:section>", coverage.determination, name="determination"),
    path("changes", changes.changes, name="changes"),
    path("crosswalk", changes.crosswalk, name="crosswalk"),
    path("releases", books.releases, name="releases"),
    path("on", preferences.set_day, name="on"),
    path("theme", preferences.set_theme, name="theme"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
]
