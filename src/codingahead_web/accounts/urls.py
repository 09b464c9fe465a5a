"""Addresses of a person's own settings, keys and teams."""

from __future__ import annotations

from django.urls import path

from codingahead_web.accounts.views import keys, own, teams

urlpatterns = [
    path("account/settings", own.settings, name="account_settings"),
    path("account/data", own.data, name="account_data"),
    path("account/data.json", own.export_data, name="account_export"),
    path("account/delete", own.delete, name="account_delete"),
    path("account/keys", keys.keys, name="keys"),
    path("account/keys/<int:key>/revoke", keys.revoke, name="revoke_key"),
    path("account/teams", teams.teams, name="teams"),
    path("account/teams/<int:team>", teams.team, name="team"),
    path("account/teams/<int:team>/invite", teams.invite, name="invite"),
    path("account/teams/<int:team>/change", teams.change, name="change_team"),
    path("account/teams/<int:team>/audit.csv", teams.audit_log, name="audit_log"),
    path("invitations/<str:token>", teams.invitation, name="invitation"),
]
