"""A posting as one JSON value for programs, and as schema.org JobPosting for search engines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.html import escape

from codingahead_web.careers import tables
from codingahead_web.careers.models import Posting

_KINDS = {
    "full_time": "FULL_TIME", "part_time": "PART_TIME", "contract": "CONTRACTOR", "temporary": "TEMPORARY", "per_diem": "PER_DIEM", "intern": "INTERN",
}  # fmt: skip


def posting_json(posting: Posting, origin: str, *, whole: bool = True) -> dict[str, Any]:
    """`whole`: with the description. Money is a decimal string in US dollars."""
    pay = None
    if posting.pay_min is not None or posting.pay_max is not None:
        pay = {
            "min": _money(posting.pay_min), "max": _money(posting.pay_max), "unit": posting.pay_unit, "year_min": posting.pay_year_min,
            "year_max": posting.pay_year_max,
        }  # fmt: skip
    value = {
        "id": posting.pk, "title": posting.title, "employer": {"name": posting.employer.name, "domain": posting.employer.domain},
        "status": posting.status, "address": f"{origin}{posting.get_absolute_url()}", "apply_url": posting.apply_url or None,
        "credentials": posting.credentials, "or_equivalent": posting.or_equivalent, "specialty": posting.specialty or None,
        "setting": posting.setting, "type": posting.kind, "place": posting.place, "states": posting.states, "city": posting.city or None, "pay": pay,
        "experience_years": posting.experience_years, "code_sets": posting.code_sets, "encoder": posting.encoder or None,
        "sponsors": posting.sponsors, "opens": _at(posting.opens), "expires": _at(posting.expires),
    }  # fmt: skip
    return value | ({"description": posting.description} if whole else {})


def job_posting(posting: Posting, origin: str) -> dict[str, Any]:
    """schema.org JobPosting with what Google's page on job postings requires and recommends."""
    paragraphs = [p for p in posting.description.replace("\r", "").split("\n\n") if p.strip()]
    value: dict[str, Any] = {
        "@context": "https://schema.org/", "@type": "JobPosting", "title": posting.title,
        "description": "".join(f"<p>{escape(p.strip()).replace(chr(10), '<br>')}</p>" for p in paragraphs),
        "identifier": {"@type": "PropertyValue", "name": posting.employer.name, "value": str(posting.pk)},
        "url": f"{origin}{posting.get_absolute_url()}", "datePosted": _at(posting.opens), "validThrough": _at(posting.expires),
        "employmentType": _KINDS[posting.kind], "directApply": not posting.apply_url,
        "hiringOrganization": {"@type": "Organization", "name": posting.employer.name, "sameAs": f"https://{posting.employer.domain}"},
        "industry": "Medical coding", "occupationalCategory": "29-2072 Medical Records Specialists",
        "experienceRequirements": _experience(posting),
    }  # fmt: skip
    if posting.credentials:
        value["educationRequirements"] = {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "professional certificate",
        }
        value["qualifications"] = ", ".join(posting.credentials) + (" or equivalent" if posting.or_equivalent else "")
    return value | _where(posting) | _salary(posting)


def _where(posting: Posting) -> dict[str, Any]:
    if posting.place == Posting.Place.REMOTE:
        allowed = [{"@type": "State", "name": f"{tables.STATES[s]}, USA"} for s in posting.states]
        country = [{"@type": "Country", "name": "USA"}]
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": allowed or country}
    places = [
        {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": posting.city,
                "addressRegion": state,
                "addressCountry": "US",
            },
        }
        for state in posting.states[:1]
    ]
    return {
        "jobLocation": places[0]
        if places
        else {"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "US"}}
    }


def _salary(posting: Posting) -> dict[str, Any]:
    """Pay by the chart has no unit in schema.org and is left out."""
    if posting.pay_year_min is None and posting.pay_year_max is None:
        return {}
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": posting.pay_unit.upper()}
    if posting.pay_min is not None:
        value["minValue"] = float(posting.pay_min)
    if posting.pay_max is not None:
        value["maxValue"] = float(posting.pay_max)
    return {"baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": value}}


def _experience(posting: Posting) -> Any:
    if not posting.experience_years:
        return "no requirements"
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": posting.experience_years * 12}


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _at(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
