"""The account page with its settings, and sign-in and password reset when a server is unavailable."""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omnistudio.accounts import queries, services
from omnistudio.accounts.forms import KeyForm, LanguageForm, NameForm, PasswordResetForm, SignInForm, ThemeForm
from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security import trusted_browsers
from omnistudio.accounts.security.encryption import CannotOpen
from omnistudio.core import trouble
from omnistudio.core.http.redirects import safe_next_url


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show allauth's sign-in page; while there are no accounts, redirect to the creation of the first one."""
    if request.method == "GET" and queries.has_no_accounts():
        return redirect("account_signup")
    try:
        # Attempts are limited for each network, except for browsers that have signed in to the account before.
        is_known = trusted_browsers.known(request, request.POST.get("login", "")) is not None
        if request.method == "POST" and not is_known and not ratelimit.consume(request, action="sign_in"):
            return ratelimit.respond_429(request)
        return allauth_views.login(request)
    except Exception as error:
        # Nobody can sign in while attempts can't be counted. The page says so and keeps the typed address.
        return _unavailable(request, error, SignInForm, "account/login.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    """Show allauth's page for a forgotten password, with a message if the mail server can't be reached."""
    try:
        return allauth_views.password_reset(request)
    except Exception as error:
        return _unavailable(request, error, PasswordResetForm, "account/password_reset.html")


def _unavailable(request: HttpRequest, error: Exception, form_class: type[Form], template: str) -> HttpResponse:
    """Return the form with status 503 and a message about what is unavailable; the password is not kept.

    Raises `error` itself if it is not due to something unavailable, such as the database or the mail server.
    """
    kind = trouble.kind_of(error)
    if kind is None or request.method != "POST":
        raise error
    form = form_class(request.POST)
    form._errors, form.cleaned_data = ErrorDict(), {}  # type: ignore[attr-defined] # it is not checked again: that may be what failed
    form.add_error(None, trouble.words(kind))
    context = {
        "form": form,
        "redirect_field_name": REDIRECT_FIELD_NAME,
        "redirect_field_value": request.POST.get(REDIRECT_FIELD_NAME, ""),
    }
    response = render(request, template, context, status=503)
    response.headers["Retry-After"] = str(trouble.RETRY_AFTER_SECONDS)
    return response


@require_GET
def account(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show the person's key, language, theme and sign-in."""
    return _page(request, KeyForm())


@require_POST
def save_key(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Check a key and save it."""
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            key = services.save_key(request.user, form.cleaned_data["key"])
        except services.KeyRejected:
            form.add_error(
                "key",
                _("The service rejected this key (401). Nothing was saved. Check that you copied all of it."),
            )
        else:
            _say_state(request, key.state)
            return redirect(_next(request))
    return _page(request, form, status=422)


@require_POST
def check_key(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Ask the service whether the saved key still works."""
    key = queries.key_of(request.user.pk)
    if key:
        try:
            _say_state(request, services.check_kept_key(key))
        except CannotOpen:
            messages.error(request, _("The key can’t be read any more. Enter it again."))
    return redirect("account")


@require_POST
def remove_key(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Delete the person's key."""
    services.remove_key(request.user)
    messages.success(request, _("Your key was removed. Waiting tasks stay here until you add one."))
    return redirect("account")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Set the language of the pages for the account and for this browser."""
    form = LanguageForm(request.POST)
    response = redirect(_next(request))
    if form.is_valid():
        language = form.cleaned_data["language"]
        request.session["language"] = language
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@require_POST
def set_theme(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Set the theme: light, dark, or that of the system."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        request.user.theme = form.cleaned_data["theme"]
        request.user.save(update_fields=["theme"])
    return redirect("account")


@require_POST
def set_name(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Change the name that others see."""
    form = NameForm(request.POST)
    if form.is_valid():
        request.user.name = form.cleaned_data["name"]
        request.user.save(update_fields=["name"])
        messages.success(request, _("Your name was saved."))
    return redirect("account")


def _page(request: AuthenticatedHttpRequest, form: KeyForm, status: int = 200) -> HttpResponse:
    key = queries.key_of(request.user.pk)
    return render(
        request,
        "accounts/account.html",
        {
            "here": "account",
            "key": key,
            "form": form,
            "replacing": bool(key) and (form.is_bound or "replace" in request.GET),
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "language": get_language(),
            "service": settings.OMNI_API_URL,
            "themes": settings.THEMES,
        },
        status=status,
    )


def _say_state(request: HttpRequest, state: str) -> None:
    match state:
        case ApiKey.State.VERIFIED:
            messages.success(request, _("Your key works."))
        case ApiKey.State.REJECTED:
            messages.error(request, _("The service rejects your key (401). Replace it."))
        case _:
            messages.warning(
                request, _("The service could not be reached. Your key is saved and will be checked when it is used.")
            )


def _next(request: HttpRequest) -> str:
    return safe_next_url(request) or ("account" if request.user.is_authenticated else "account_login")
