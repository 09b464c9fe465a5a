from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "codingahead_web.pages"
    label = "pages"
