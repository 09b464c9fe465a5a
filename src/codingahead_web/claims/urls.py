"""Addresses of the claim checks. Whatever opens an upload or a report is a random word in its address."""

from __future__ import annotations

from django.urls import path

from codingahead_web.claims.views import files, grid, pairs, rules

urlpatterns = [
    path("claims", grid.grid, name="claims"),
    path("claims/rules", rules.rules, name="claim_rules"),
    path("claims/rules/<str:rule_id>", rules.rule, name="claim_rule"),
    path("claims/files", files.files, name="claim_files"),
    path("claims/files/<str:token>", files.one_file, name="claim_file"),
    path("claims/files/<str:token>/change", files.change_file, name="change_claim_file"),
    path("claims/files/<str:token>/findings.<str:kind>", files.download, name="claim_findings"),
    path("claims/reports/<str:share>", files.shared_report, name="shared_claim_report"),
    path("claims/reports/<str:share>/findings.<str:kind>", files.shared_download, name="shared_claim_findings"),
    path("edits", pairs.pairs, name="pairs"),
]
