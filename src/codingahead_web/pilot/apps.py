from django.apps import AppConfig


class PilotConfig(AppConfig):
    name = "codingahead_web.pilot"
    label = "pilot"
