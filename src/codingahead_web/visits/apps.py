from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "codingahead_web.visits"
    label = "visits"
