"""Safe by default: login on every page, a strict policy on every answer."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# What anybody may see: the exceptions, by name, so that a new one is noticed.
OPEN = {
    "livez", "healthz", "metrics", "poll", "tray_poll", "set_language", "linked_reference", "join",
    "shared", "shared_work", "shared_media", "unlock_shared", "download_shared", "shared_seen", "shared_output",
    "account_login", "account_signup", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent",
    "help", "help_panel", "languages", "languages_panel", "offline", "manifest", "service_worker",
}  # fmt: skip


def patterns(resolver: URLResolver | None = None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from patterns(entry)
        elif isinstance(entry, URLPattern):
            yield entry


def test_every_view_needs_a_sign_in_but_for_the_named_ones():
    open_views = {
        entry.name
        for entry in patterns()
        if not getattr(entry.callback, "login_required", True) and not entry.callback.__module__.startswith("allauth")
    }
    ours = {name for name in open_views if name and not name.startswith(("api_", "openapi", "result"))}
    assert ours <= OPEN


@pytest.mark.parametrize("path", ["/", "/account/", "/auth/login/", "/healthz", "/no/such/page", "/open-api/"])
def test_every_answer_carries_the_policy(as_owner, path):
    headers = as_owner.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_no_template_has_inline_script_or_handlers(settings):
    import re

    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\son[a-z]+\s*=", text), path
        assert not re.search(r"hx-on|js:|javascript:", text), path


def test_cookies_are_for_the_server_alone(client, owner):
    response = client.get("/auth/login/")
    cookie = next(c for name, c in response.cookies.items() if "csrf" in name)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
