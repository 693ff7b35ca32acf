"""Models of users and their API keys, teams, memberships and invitations."""

from omnistudio.accounts.models.fingerprint import Fingerprint
from omnistudio.accounts.models.person import ApiKey, User
from omnistudio.accounts.models.team import Invitation, Membership, Team

__all__ = ["ApiKey", "Fingerprint", "Invitation", "Membership", "Team", "User"]
