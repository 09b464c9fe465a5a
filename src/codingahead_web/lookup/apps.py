from django.apps import AppConfig


class LookupConfig(AppConfig):
    name = "codingahead_web.lookup"
    label = "lookup"
