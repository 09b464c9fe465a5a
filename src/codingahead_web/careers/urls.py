"""Addresses of CareerCenter."""

from __future__ import annotations

from django.urls import path

from codingahead_web.careers.views import coder, employer, public

urlpatterns = [
    path("careers", public.careers, name="careers"),
    path("careers/<int:pk>-<slug:slug>", public.posting, name="posting"),
    path("careers/feed.atom", public.feed, name="careers_feed"),
    path("careers/sitemap.xml", public.sitemap, name="careers_sitemap"),
    path("careers/stop/<str:token>", public.stop_alerts, name="stop_alerts"),
    path("careers/pay", public.pay_page, name="job_pay"),
    path("careers/mine", coder.mine, name="my_jobs"),
    path("careers/mine/searches", coder.save_search, name="save_job_search"),
    path("careers/mine/searches/<int:pk>/delete", coder.drop_search, name="drop_job_search"),
    path("careers/<int:pk>/apply", coder.apply, name="apply_for_job"),
    path("careers/<int:pk>/keep", coder.bookmark, name="bookmark_job"),
    path("careers/applications/<int:pk>", coder.application, name="job_application"),
    path("careers/resume/<str:token>", coder.resume, name="job_resume"),
    path("careers/employers", employer.employers_page, name="employers"),
    path("careers/employers/<int:pk>", employer.employer, name="employer"),
    path("careers/employers/<int:pk>/verify/<str:token>", employer.verify, name="verify_employer"),
    path("careers/employers/<int:pk>/write", employer.write, name="write_posting"),
    path("careers/<int:pk>/edit", employer.edit, name="edit_posting"),
    path("careers/<int:pk>/manage", employer.manage, name="manage_posting"),
    path("careers/moderation", employer.moderation, name="moderation"),
]
