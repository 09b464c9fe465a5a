"""Addresses of CasePilot."""

from __future__ import annotations

from django.urls import path, re_path

from codingahead_web.pilot import views

urlpatterns = [
    path("ask", views.ask, name="casepilot"),
    path("ask/stream", views.streamed, name="casepilot_stream"),
    path("ask/<int:number>", views.ask, name="casepilot_thread"),
    path("ask/<int:number>/stream", views.streamed, name="casepilot_thread_stream"),
    re_path(r"^ask/(?P<number>\d{1,12})/(?P<act>rename|share|unshare|delete)$", views.change, name="casepilot_change"),
    path("ask/shared/<str:token>", views.shared, name="casepilot_shared"),
    path("ask/turns/<int:number>/judge", views.judge, name="casepilot_judge"),
    path("ask/turns/<int:number>/again", views.again, name="casepilot_again"),
]
