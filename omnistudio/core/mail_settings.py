"""The mail server of `EMAIL_URL` as Django’s settings."""

from __future__ import annotations

from typing import Any

import django

MAIL_SECONDS = 10  # for each step with the mail server


def settings_of(config: dict[str, Any]) -> dict[str, Any]:
    """Django’s settings for mail.

    Args:
        config: what django-environ makes of the URL: `EMAIL_BACKEND`, `EMAIL_HOST` and so on.

    From Django 6.1 on mail is one setting, `MAILERS`, and the others are on their way out.
    """
    if django.VERSION < (6, 1):
        return {**config, "EMAIL_TIMEOUT": MAIL_SECONDS}
    options = {
        "host": config["EMAIL_HOST"],
        "port": config["EMAIL_PORT"],
        "username": config["EMAIL_HOST_USER"],
        "password": config["EMAIL_HOST_PASSWORD"],
        "file_path": config["EMAIL_FILE_PATH"],
        "use_tls": config.get("EMAIL_USE_TLS"),
        "use_ssl": config.get("EMAIL_USE_SSL"),
        "timeout": MAIL_SECONDS if "smtp" in config["EMAIL_BACKEND"] else None,
    }
    options = {name: value for name, value in options.items() if value}
    return {"MAILERS": {"default": {"BACKEND": config["EMAIL_BACKEND"], "OPTIONS": options}}}
