"""What employers and coders send, parsed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from codingahead_web.accounts.models import Organisation, Role, User
from codingahead_web.careers import tables
from codingahead_web.careers.actions.employers import domain_of
from codingahead_web.careers.models import Posting

_BOXES = forms.CheckboxSelectMultiple


class EmployerForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name that coders see")
    domain = forms.CharField(max_length=120, help_text="Of your mail and your site, such as example.org.")
    about = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}), label="About you"
    )

    def clean_domain(self) -> str:
        return domain_of(self.cleaned_data["domain"])


class RegisterForm(EmployerForm):
    team = forms.ModelChoiceField(Organisation.objects.none(), empty_label=None, help_text="Whose members post.")
    field_order = ("team", "name", "domain", "about")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = Organisation.objects.filter(
            memberships__user=user, memberships__role__in=(Role.OWNER, Role.ADMIN), employer=None
        )
        self.fields["team"].queryset = led  # type: ignore[attr-defined]


class PostingForm(forms.ModelForm):  # type: ignore[type-arg]
    credentials = forms.MultipleChoiceField(required=False, choices=tables.credentials().items(), widget=_BOXES)
    states = forms.MultipleChoiceField(
        required=False, choices=tables.STATES.items(), widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Remote: from where it may be done; none: from anywhere in the US.",
    )  # fmt: skip
    code_sets = forms.MultipleChoiceField(required=False, choices=tables.CODE_SETS.items(), widget=_BOXES)
    specialty = forms.ChoiceField(required=False, choices=[("", "None in particular"), *tables.SPECIALTIES.items()])

    apply_url = forms.URLField(
        required=False,
        assume_scheme="https",
        label="Apply at this address",
        help_text="Empty: applications come in here.",
    )

    class Meta:
        model = Posting
        fields = (
            "title", "description", "setting", "specialty", "kind", "experience_years", "credentials", "or_equivalent", "code_sets", "encoder",
            "place", "states", "city", "pay_min", "pay_max", "pay_unit", "sponsors", "apply_url",
        )  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 12})}
        help_texts = {"sponsors": ""}
        labels = {
            "kind": "Employment type", "place": "Work place", "pay_min": "Pay from ($)", "pay_max": "Pay to ($)", "pay_unit": "Pay is",
            "experience_years": "Years of experience", "or_equivalent": "Or an equivalent credential", "sponsors": "Sponsors a visa",
            "encoder": "Encoder or EHR",
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        low, high = told.get("pay_min"), told.get("pay_max")
        if (low is not None and low < 0) or (high is not None and high < 0):
            raise ValidationError("Pay is not negative.")
        if low is not None and high is not None and low > high:
            self.add_error("pay_max", "This is below the lower end.")
        address = told.get("apply_url") or ""
        if address and not address.startswith(("https://", "http://")):
            self.add_error("apply_url", "An address of the web begins with https://.")
        return told

    def sections(self) -> list[tuple[str, list[Any]]]:
        """The fields in the order in which an employer thinks of them."""
        parts = (
            ("The work", ("title", "description", "setting", "specialty", "kind")),
            ("Who you look for", ("experience_years", "credentials", "or_equivalent", "code_sets", "encoder")),
            ("Where", ("place", "states", "city")),
            ("Pay", ("pay_min", "pay_max", "pay_unit", "sponsors")),
            ("How to apply", ("apply_url",)),
        )
        return [(label, [self[name] for name in names]) for label, names in parts]


class ApplyForm(forms.Form):
    name = forms.CharField(max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    letter = forms.CharField(
        max_length=5000, required=False, label="A few words", widget=forms.Textarea(attrs={"rows": 6})
    )
    resume = forms.FileField(
        label="Resume", widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}), help_text="PDF or DOCX, up to 5 MB. Kept encrypted.",
    )  # fmt: skip
