"""Settings of Django and allauth for signing in. Operators are not meant to change them."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "studio"
ACCOUNT_ADAPTER = "omnistudio.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the subjects name the product themselves
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    "login": None,  # replaced by `sign_in`, which does not count browsers that have signed in before
    "sign_in": "60/m/ip",
    # Wrong passwords: from one network, and for one account from one network. `login_known`: attempts for one account
    # from a browser that has signed in to it before.
    "login_failed": "20/m/ip,5/5m/key",
    "login_known": "10/5m/key",
}
ACCOUNT_FORMS = {
    "login": "omnistudio.accounts.forms.SignInForm",
    "signup": "omnistudio.accounts.forms.SignUpForm",
    "reauthenticate": "omnistudio.accounts.forms.ConfirmForm",
    "change_password": "omnistudio.accounts.forms.PasswordChangeForm",
    "set_password": "omnistudio.accounts.forms.PasswordSetForm",
    "reset_password": "omnistudio.accounts.forms.PasswordResetForm",
    "reset_password_from_key": "omnistudio.accounts.forms.PasswordFromKeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False
