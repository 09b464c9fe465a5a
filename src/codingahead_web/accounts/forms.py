"""What people send about their account, parsed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from codingahead_web.accounts.models import Organisation, Role, Scope, User
from codingahead_web.accounts.permissions import PERMISSIONS

DATE = forms.DateInput(attrs={"type": "date"})


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name", "setting", "locality", "day", "keeps_history")
        widgets = {"day": DATE}
        labels = {
            "day": "Date of service to begin with",
            "keeps_history": "Keep my search and view history",
            "setting": "Usual setting",
        }


class KeyForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What the key is for.")
    scopes = forms.MultipleChoiceField(choices=Scope.choices, initial=[Scope.READ], widget=forms.CheckboxSelectMultiple)
    expires = forms.DateField(required=False, widget=DATE, help_text="Blank: until it is revoked.")
    per_minute = forms.IntegerField(
        min_value=0, max_value=100_000, initial=120, label="Calls a minute", help_text="0: no limit of its own."
    )
    team = forms.ModelChoiceField(
        Organisation.objects.none(), required=False, empty_label="Only me", help_text="Whose calls they are."
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        roles = PERMISSIONS["make_key"]
        theirs = Organisation.objects.filter(memberships__user=user, memberships__role__in=roles)
        self.fields["team"].queryset = theirs  # type: ignore[attr-defined]
        if not theirs:
            del self.fields["team"]

    def clean_expires(self) -> date | None:
        expires: date | None = self.cleaned_data["expires"]
        if expires is not None and expires < self._today:
            raise forms.ValidationError("This day has passed.")
        return expires


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name of the team")


class InvitationForm(forms.Form):
    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(choices=[(r.value, r.label) for r in (Role.MEMBER, Role.ADMIN)])


class DeleteForm(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if not user.has_usable_password():
            self.fields["password"] = forms.CharField(label=f"Type {user.email} to confirm")

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        right = (
            self._user.check_password(typed)
            if self._user.has_usable_password()
            else typed.strip().lower() == self._user.email
        )
        if not right:
            raise forms.ValidationError("This is not right.")
        return typed
