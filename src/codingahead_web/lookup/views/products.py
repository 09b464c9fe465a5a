"""The products that this installation does not have: what each is for, and that it is not here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

PRODUCTS = {
    "careercenter": (
        "CareerCenter",
        "CareerCenter brings coders and employers together: postings, applications and alerts.",
        (
            "Search postings by specialty, credential and place of work.",
            "Apply and follow an application in one place.",
        ),
    ),
}


@require_safe
def product(request: HttpRequest, name: str) -> HttpResponse:
    title, purpose, points = PRODUCTS[name]
    return render(
        request, "lookup/product.html", {"product": name, "title": title, "purpose": purpose, "points": points}
    )
