from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "codingahead_web.fees"
    label = "fees"
