"""Addresses of CaseConsultant."""

from __future__ import annotations

from django.urls import path

from codingahead_web.consultant import views

urlpatterns = [
    path("consultant", views.product, name="caseconsultant"),
    path("consultant/inquiries", views.inquiries, name="inquiries"),
    path("consultant/inquiries/<str:number>", views.inquiry, name="inquiry"),
    path("consultant/inquiries/<str:number>/proof.<str:kind>", views.proof_file, name="inquiry_proof"),
    path("consultant/inquiries/<str:number>/delete", views.delete, name="delete_inquiry"),
    path("consultant/queue", views.queue, name="consultant_queue"),
    path("consultant/queue/<str:number>", views.decide, name="consultant_decide"),
    path("consultant/health", views.health, name="consultant_health"),
]
