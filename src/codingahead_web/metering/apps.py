from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "codingahead_web.metering"
    label = "metering"
    verbose_name = "Plans and use"
