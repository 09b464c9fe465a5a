from django.apps import AppConfig


class CareersConfig(AppConfig):
    name = "codingahead_web.careers"
    label = "careers"
