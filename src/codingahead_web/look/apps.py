from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "codingahead_web.look"
    label = "look"
