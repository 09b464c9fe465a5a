from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "codingahead_web.gate"
    label = "gate"
