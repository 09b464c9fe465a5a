from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "codingahead_web.api"
    label = "api"
