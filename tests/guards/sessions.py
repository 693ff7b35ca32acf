"""Passwords, and the sessions that they open."""

from tests.guards.guard import Change, Guard

_SIGN_IN = "security/test_sign_in.py"
_REFUSED = f"{_SIGN_IN}::test_passwords_that_are_refused"
_VALIDATION = "django.contrib.auth.password_validation"
_FOUND = "who: whoever found a signed-in browser"

SESSIONS = [
    Guard(
        "ten characters",
        ("6.2.1",),
        "auth_settings.AUTH_PASSWORD_VALIDATORS",
        '"OPTIONS": {"min_length": 10},',
        '"OPTIONS": {"min_length": 1},',
        (
            "accounts/test_sign_up.py::test_errors_are_shown_at_the_field_and_the_email_stays",
            f"{_REFUSED}[short]",
        ),
    ),
    Guard(
        "no common password",
        ("6.2.4",),
        "auth_settings.AUTH_PASSWORD_VALIDATORS",
        f'    {{"NAME": "{_VALIDATION}.CommonPasswordValidator"}},\n',
        "",
        (f"{_REFUSED}[password123]", f"{_REFUSED}[1234567890]"),
    ),
    Guard(
        "no word of the person's own",
        ("6.2.11",),
        "auth_settings.AUTH_PASSWORD_VALIDATORS",
        '"OPTIONS": {"user_attributes": ["email", "name"]},',
        '"OPTIONS": {"user_attributes": []},',
        (f"{_REFUSED}[owner@example.com]", f"{_REFUSED}[nok srisai]"),
    ),
    Guard(
        "long passwords are taken",
        ("6.2.9",),
        "forms._plain",
        "    for field in form.fields.values():\n",
        "    from django.core.validators import MaxLengthValidator\n\n"
        "    for field in form.fields.values():\n"
        "        field.validators.append(MaxLengthValidator(64))\n",
        (f"{_SIGN_IN}::test_a_long_sentence_is_a_password",),
    ),
    Guard(
        "a new password needs the old one",
        ("6.2.3",),
        "forms.PasswordChangeForm",
        "class PasswordChangeForm(PlainFields, ChangePasswordForm):\n",
        "class PasswordChangeForm(PlainFields, SetPasswordForm):\n",
        (f"{_SIGN_IN}::test_a_new_password_needs_the_old_one",),
    ),
    Guard(
        "a link for a new password is good once (Django's)",
        ("6.4.3",),
        "auth_settings.ACCOUNT_EMAIL_VERIFICATION",
        'ACCOUNT_EMAIL_VERIFICATION = "none"\n',
        'ACCOUNT_EMAIL_VERIFICATION = "none"\n'
        'ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "omnistudio.accounts.security.client_ip.AlwaysGood"\n',
        (f"{_SIGN_IN}::test_a_password_reset_link_works_once",),
        also=(
            Change(
                "client_ip.of",
                "def of(request: HttpRequest) -> str:\n",
                "from django.contrib.auth.tokens import PasswordResetTokenGenerator\n\n\n"
                "class AlwaysGood(PasswordResetTokenGenerator):\n"
                "    def _make_hash_value(self, user, timestamp):\n"
                '        return f"{user.pk}{timestamp}"\n\n\n'
                "def of(request: HttpRequest) -> str:\n",
            ),
        ),
    ),
    Guard(
        "a session ends after two weeks (Django's)",
        ("7.3.2",),
        "settings.SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_HTTPONLY = True\n",
        "SESSION_COOKIE_HTTPONLY = True\nSESSION_COOKIE_AGE = 90 * 86_400\n",
        (f"{_SIGN_IN}::test_a_session_ends_after_two_weeks",),
    ),
    Guard(
        "the poll looks at the session as all views do before it shows anything",
        (_FOUND, "7.4.3"),
        "polling.poll",
        "    if not request.user.is_authenticated:\n        return _to_sign_in()\n",
        "",
        (f"{_SIGN_IN}::test_other_sessions_end_when_the_password_changes",),
    ),
    Guard(
        "a new password ends the other sessions (Django's)",
        (_FOUND, "7.4.3"),
        "person.User.get_full_name",
        "    def get_full_name(self) -> str:\n",
        "    def get_session_auth_hash(self) -> str:\n"
        '        return "always the same"\n\n'
        "    def get_session_auth_fallback_hash(self):\n"
        "        return iter(())\n\n"
        "    def get_full_name(self) -> str:\n",
        (f"{_SIGN_IN}::test_other_sessions_end_when_the_password_changes",),
    ),
    Guard(
        "who is switched off is out",
        ("7.4.2",),
        "auth_settings.AUTHENTICATION_BACKENDS",
        '["allauth.account.auth_backends.AuthenticationBackend"]',
        '["omnistudio.accounts.security.client_ip.Everybody"]',
        (f"{_SIGN_IN}::test_sessions_end_when_a_person_is_switched_off",),
        also=(
            Change(
                "client_ip.of",
                "def of(request: HttpRequest) -> str:\n",
                "from allauth.account.auth_backends import AuthenticationBackend\n\n\n"
                "class Everybody(AuthenticationBackend):\n"
                "    def user_can_authenticate(self, user):\n"
                "        return True\n\n\n"
                "def of(request: HttpRequest) -> str:\n",
            ),
        ),
    ),
    Guard(
        "people see and end their sessions",
        (_FOUND, "7.5.2"),
        "omnistudio/urls.py",
        '    path("auth/sessions/", include("allauth.usersessions.urls")),\n',
        "",
        (f"{_SIGN_IN}::test_a_person_sees_and_ends_their_other_sessions",),
    ),
    Guard(
        "a session has a new name after signing in (Django's)",
        ("7.2.4",),
        "settings.SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_HTTPONLY = True\n",
        'SESSION_COOKIE_HTTPONLY = True\nSESSION_ENGINE = "omnistudio.accounts.security.client_ip"\n',
        (f"{_SIGN_IN}::test_the_session_has_a_new_name_after_signing_in",),
        also=(
            Change(
                "client_ip.of",
                "def of(request: HttpRequest) -> str:\n",
                "from django.contrib.sessions.backends.db import SessionStore as Store\n\n\n"
                "class SessionStore(Store):\n"
                "    def cycle_key(self):\n"
                "        pass\n\n\n"
                "def of(request: HttpRequest) -> str:\n",
            ),
        ),
    ),
    Guard(
        "signing out ends the session (allauth's)",
        ("7.2.1", "7.4.1"),
        "omnistudio/urls.py",
        '    path("auth/", include("allauth.account.urls")),\n',
        '    path("auth/logout/", RedirectView.as_view(url=reverse_lazy("account"))),\n'
        '    path("auth/", include("allauth.account.urls")),\n',
        ("accounts/test_sign_in.py::test_signing_out_ends_the_session",),
    ),
]
