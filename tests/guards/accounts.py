"""Signing in, signing up, passwords and sessions."""

from tests.guards.guard import Change, Guard

_SIGN_IN = "security/test_sign_in.py"
_GUESSING = ("who: somebody on the internet", "6.3.1")
_STAFF = ("who: somebody on staff", "8.2.3")

ACCOUNTS = [
    Guard(
        "five wrong passwords for one account from one network",
        _GUESSING,
        "auth_settings.ACCOUNT_RATE_LIMITS",
        '"login_failed": "20/m/ip,5/5m/key"',
        '"login_failed": "20/m/ip"',
        (
            f"{_SIGN_IN}::test_guesses_from_one_network_end_after_five",
            f"{_SIGN_IN}::test_without_a_proxy_the_header_counts_for_nothing",
        ),
    ),
    Guard(
        "twenty wrong passwords from one network",
        _GUESSING,
        "auth_settings.ACCOUNT_RATE_LIMITS",
        '"login_failed": "20/m/ip,5/5m/key"',
        '"login_failed": "5/5m/key"',
        (f"{_SIGN_IN}::test_guesses_of_many_accounts_from_one_network_end",),
    ),
    Guard(
        "an account has a count for each network",
        ("who: somebody on the internet", "6.1.1"),
        "adapter.AccountAdapter._get_login_attempts_cache_key",
        "return f\"{str(credentials.get('email', '')).strip().lower()}:{client_ip.of(request)}\"",
        "return str(super()._get_login_attempts_cache_key(request, **credentials))",
        (f"{_SIGN_IN}::test_an_attacker_elsewhere_does_not_lock_the_person_out",),
    ),
    Guard(
        "a browser that knows the way has a count of its own",
        ("who: somebody on the internet", "6.1.1"),
        "adapter.AccountAdapter.pre_authenticate",
        '        browser = trusted_browsers.known(request, str(credentials.get("email", "")))\n',
        "        browser = None\n",
        (f"{_SIGN_IN}::test_an_attacker_in_the_same_network_does_not_lock_a_known_browser_out",),
    ),
    Guard(
        "the tries of a network do not count for a browser that knows the way",
        ("who: somebody on the internet", "6.1.1"),
        "views.sign_in",
        'is_known = trusted_browsers.known(request, request.POST.get("login", "")) is not None',
        "is_known = False",
        (f"{_SIGN_IN}::test_an_attacker_in_the_same_network_does_not_lock_a_known_browser_out",),
    ),
    Guard(
        "an address comes from trusted proxies",
        ("4.1.3", "15.3.4"),
        "client_ip.of",
        "get_adapter(request).get_client_ip(request)",
        '(request.headers.get("X-Forwarded-For") or get_adapter(request).get_client_ip(request)).split(",")[0]',
        (
            f"{_SIGN_IN}::test_behind_a_proxy_the_visitors_own_header_counts_for_nothing",
            f"{_SIGN_IN}::test_without_a_proxy_the_header_counts_for_nothing",
        ),
    ),
    Guard(
        "a wrong address and a wrong password are the same",
        ("who: somebody on the internet", "6.3.8"),
        "forms.SignInForm",
        "class SignInForm(LoginForm):\n",
        "class SignInForm(LoginForm):\n"
        "    def clean_login(self) -> str:\n"
        "        from omnistudio.accounts.models import User\n\n"
        '        if not User.objects.filter(email=self.cleaned_data["login"]).exists():\n'
        '            raise forms.ValidationError("Nobody has this address.")\n'
        '        return str(self.cleaned_data["login"])\n\n',
        (f"{_SIGN_IN}::test_a_wrong_address_and_a_wrong_password_are_answered_alike",),
    ),
    Guard(
        "asking for a new password does not tell who is here",
        ("6.3.8",),
        "auth_settings.ACCOUNT_EMAIL_VERIFICATION",
        'ACCOUNT_EMAIL_VERIFICATION = "none"\n',
        'ACCOUNT_EMAIL_VERIFICATION = "none"\nACCOUNT_PREVENT_ENUMERATION = False\n',
        (f"{_SIGN_IN}::test_a_password_reset_does_not_reveal_accounts",),
    ),
    Guard(
        "the administration has no sign-in of its own",
        ("who: somebody on the internet", "6.3.4"),
        "omnistudio/urls.py",
        "admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]\n",
        "",
        (f"{_SIGN_IN}::test_the_administration_has_no_sign_in_of_its_own",),
    ),
    Guard(
        "sign-up is closed",
        ("who: somebody on the internet",),
        "adapter.AccountAdapter.is_open_for_signup",
        "            raise ImmediateHttpResponse(_redirect_refused(request))\n        return False",
        "            raise ImmediateHttpResponse(_redirect_refused(request))\n        return True",
        ("accounts/test_sign_up.py::test_sign_up_is_closed_after_the_first_account",),
        also=(
            Change(
                "adapter.AccountAdapter._join_team",
                '        elif not user.is_founder:\n            raise team_services.CannotAccept("revoked")\n',
                "",
            ),
        ),
    ),
    Guard(
        "there is no default account: the first visitor makes one",
        ("6.3.2",),
        "views.sign_in",
        '    if request.method == "GET" and queries.has_no_accounts():\n        return redirect("account_signup")\n',
        "",
        ("accounts/test_sign_up.py::test_an_empty_instance_redirects_to_sign_up",),
    ),
    Guard(
        "invitations are signed for what they are",
        ("who: somebody on the internet", "9.2.2"),
        "team.Invitation._signer",
        '_signer = signing.Signer(salt="omnistudio.invitation")',
        '_signer = signing.Signer(salt="something else")',
        ("accounts/teams/test_join.py::test_a_signature_for_another_purpose_is_refused",),
    ),
    Guard(
        "the signature of an invitation is looked at",
        ("who: somebody on the internet",),
        "team.Invitation.of_token",
        "            pk, nonce = cls._signer.unsign_object(token)\n",
        '            payload = token.partition(":")[0].encode()\n'
        "            pk, nonce = signing.JSONSerializer().loads(signing.b64_decode(payload))\n",
        ("accounts/teams/test_join.py::test_a_guessed_link_is_404",),
    ),
    Guard(
        "an invitation lets one person in",
        ("who: somebody on the internet",),
        "services.accept",
        "            if not fresh.update(accepted_at=timezone.now(), accepted_by=user):\n",
        "            if fresh.update(accepted_at=timezone.now(), accepted_by=user) is None:\n",
        ("accounts/teams/test_services.py::test_a_link_lets_one_person_in",),
    ),
    Guard(
        "who comes too late with an invitation gets no account",
        ("who: somebody on the internet",),
        "adapter.AccountAdapter._join_team",
        '        elif not user.is_founder:\n            raise team_services.CannotAccept("revoked")\n',
        "",
        ("accounts/teams/test_join.py::test_concurrent_sign_ups_with_one_link_create_one_account",),
    ),
    Guard(
        "the address of an invitation is fixed",
        ("15.3.3",),
        "forms.SignUpForm.__init__",
        '            kwargs["data"]["email"] = address\n',
        "",
        ("accounts/teams/test_join.py::test_the_address_of_the_invitation_is_filled_in_and_fixed",),
        also=(
            Change(
                "services.accept",
                "    if invitation.email and invitation.email != user.email.lower():\n",
                "    if False:\n",
            ),
        ),
    ),
    Guard(
        "an address is not changed to one that nobody has proved",
        ("who: a stranger with an account",),
        "omnistudio/urls.py",
        '    path("auth/email/", RedirectView.as_view(url=reverse_lazy("account"))),\n',
        "",
        (f"{_SIGN_IN}::test_an_invited_email_cannot_be_taken_by_others",),
    ),
    Guard(
        "an invitation for an address is for its person",
        ("who: a stranger with an account",),
        "services.accept",
        "    if invitation.email and invitation.email != user.email.lower():\n",
        "    if False:\n",
        (f"{_SIGN_IN}::test_an_invited_email_cannot_be_taken_by_others",),
    ),
    Guard(
        "invitations that wait are bounded",
        ("2.3.2",),
        "services.invite",
        "    if Invitation.objects.waiting().filter(team=team).count() >= MAX_WAITING:\n"
        "        raise TooManyInvitations\n",
        "",
        ("accounts/teams/test_services.py::test_invitations_that_wait_are_bounded",),
    ),
    Guard(
        "rights are given by administrators",
        _STAFF,
        "admin.UserAdmin.get_readonly_fields",
        "return [*self.readonly_fields, *([] if request.user.is_superuser else self._rights)]",
        "return [*self.readonly_fields]",
        (f"{_SIGN_IN}::test_staff_with_user_rights_cannot_become_administrators",),
    ),
    Guard(
        "administrators are changed by administrators",
        _STAFF,
        "admin.UserAdmin.has_change_permission",
        "return super().has_change_permission(request, obj) and _may_touch(request, obj)",
        "return super().has_change_permission(request, obj)",
        (f"{_SIGN_IN}::test_staff_with_user_rights_cannot_become_administrators",),
    ),
    Guard(
        "nobody is deleted in the administration",
        _STAFF,
        "admin.UserAdmin.has_delete_permission",
        'Clear `is_active` instead."""\n        return False',
        'Clear `is_active` instead."""\n        return True',
        (f"{_SIGN_IN}::test_the_administration_deletes_no_person",),
    ),
    Guard(
        "the administration lists no sessions",
        ("who: somebody on staff",),
        "omnistudio/accounts/admin.py",
        "admin.site.unregister(UserSession)\n",
        "",
        (f"{_SIGN_IN}::test_the_administration_lists_no_sessions_or_tokens",),
    ),
    Guard(
        "sign-ins are logged",
        ("16.3.1",),
        "receivers.on_login_failed",
        '    log.warning("a sign-in failed from %s", client_ip.of(request) if request else "?")\n',
        "",
        (f"{_SIGN_IN}::test_sign_ins_are_logged_by_number_and_network_without_what_was_typed",),
    ),
    Guard(
        "what was typed is not logged",
        ("16.3.1",),
        "receivers.on_login_failed",
        '    log.warning("a sign-in failed from %s", client_ip.of(request) if request else "?")\n',
        '    log.warning("a sign-in failed from %s", client_ip.of(request) if request else "?")\n'
        '    log.info("%s", kwargs)\n',
        (f"{_SIGN_IN}::test_sign_ins_are_logged_by_number_and_network_without_what_was_typed",),
    ),
]
