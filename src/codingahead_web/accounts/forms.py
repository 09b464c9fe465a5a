"""What people send about their account, parsed."""

from __future__ import annotations

from typing import Any

from django import forms

from codingahead_web.accounts.models import Role, Scope, User

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
