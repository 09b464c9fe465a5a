from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "codingahead_web.claims"
    label = "claims"
