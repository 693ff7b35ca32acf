"""The user model, and each user's encrypted key for the Open API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omnistudio.accounts.security import encryption
from omnistudio.openapi_client import mask


class UserManager(BaseUserManager["User"]):
    """Creates users by email address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person, who signs in by email address."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("Email"), unique=True)
    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=80, blank=True)
    language = models.CharField(max_length=12, choices=settings.LANGUAGES, blank=True)
    theme = models.CharField(max_length=8, choices=settings.THEMES, default="system")
    # True for at most one user. The unique constraint decides when two first visitors sign up at the same time;
    # everybody else has NULL.
    is_founder = models.BooleanField(null=True, unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """Return the name or, if there is none, the part of the email address before the @."""
        return self.name or self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """Return one or two letters for the avatar; for a name in another script, such as Chinese, its first one."""
        words = self.display_name.replace(".", " ").replace("_", " ").split()
        if len(words) > 1 and words[0][0].isascii():
            return (words[0][0] + words[-1][0]).upper()
        first = (words or ["?"])[0]
        return first[:2].upper() if first.isascii() else first[0]

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class ApiKey(models.Model):
    """A person's key for the Open API, stored encrypted; pages see only its last four characters."""

    class State(models.TextChoices):
        NOT_CHECKED = "not_checked", _("Not checked")
        VERIFIED = "verified", _("Verified")
        REJECTED = "rejected", _("Rejected")
        UNREACHABLE = "unreachable", _("Could not check")
        UNREADABLE = "unreadable", _("Must be entered again")

    # In these states the owner's tasks wait: the key cannot be used.
    HOLDING = ("rejected", "unreadable")

    owner = models.OneToOneField(User, on_delete=models.CASCADE, related_name="api_key")
    sealed = models.TextField(editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_CHECKED)
    added_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """Return the only form in which a key is shown, such as `sk-…a1b2`."""
        return f"sk-…{self.last_four}"

    def reveal(self) -> str:
        """Return the decrypted key. Use it only to send it to the service.

        Raises:
            encryption.CannotOpen: the key can't be decrypted and must be entered again.
        """
        return encryption.unseal(self.owner_id, self.sealed)

    def put(self, secret: str) -> None:
        """Encrypt `secret` into this object without saving it."""
        self.sealed = encryption.seal(self.owner_id, secret)
        self.last_four = mask(secret)[-4:]
