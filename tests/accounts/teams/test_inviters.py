"""An invitation is as good as who made it: an active owner of the team, when it is made and when it is accepted."""

from __future__ import annotations

import pytest

from omnistudio.accounts.models import Invitation, Membership, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.services import CannotAccept
from tests.accounts.conftest import path_of
from tests.conftest import PASSWORD


@pytest.fixture
def second(owner, teammate, team, seat) -> User:
    """Another owner of the team."""
    team_services.change_role(owner, seat(teammate), "owner")
    return teammate


@pytest.fixture
def link(second, team) -> Invitation:
    """The second owner's open invitation, for whoever has its link."""
    return team_services.invite(second, team, role="owner")


@pytest.fixture
def as_admin(db, signed_in):
    return signed_in(User.objects.create_superuser("boss@example.com", PASSWORD))


# What happens past the pages of the team and past the services: rows, as an upgrade or a console leaves them.
UNDERNEATH = {
    "switched off": lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
    "taken out": lambda person: Membership.objects.filter(user=person)._raw_delete("default"),
    "demoted": lambda person: Membership.objects.filter(user=person).update(role="member"),
}


@pytest.mark.parametrize("how", UNDERNEATH)
def test_an_invitation_by_a_former_owner_admits_nobody(how, second, link, team, stranger, signed_in, client):
    UNDERNEATH[how](second)
    with pytest.raises(CannotAccept, match="revoked"):
        team_services.accept(stranger, link)
    for browser in (client, signed_in(stranger)):
        for response in (browser.get(path_of(link)), browser.post(path_of(link))):
            assert response.status_code == 410
            assert "Atelier" not in response.text
    assert not Membership.objects.filter(team=team, user=stranger).exists()


def test_a_removed_member_cannot_rejoin_by_their_own_link(second, link, team, signed_in):
    Membership.objects.filter(user=second)._raw_delete("default")
    assert signed_in(second).post(path_of(link)).status_code == 410
    assert not Membership.objects.filter(team=team, user=second).exists()


def test_a_link_opened_before_gives_no_account_afterwards(second, link, client):
    client.get(path_of(link))
    UNDERNEATH["switched off"](second)
    form = {"email": "late@example.com", "password1": "four quiet lakes", "password2": "four quiet lakes"}
    client.post("/auth/signup/", form)
    assert not User.objects.filter(email="late@example.com").exists()


def test_an_invitation_without_an_inviter_admits_nobody(link, stranger):
    Invitation.objects.filter(pk=link.pk).update(invited_by=None)
    link.refresh_from_db()
    with pytest.raises(CannotAccept):
        team_services.accept(stranger, link)


class TestTheAdministration:
    """It ends invitations as the pages of a team do: the list of the team says so, and they don't come back."""

    def test_a_deactivated_person_cannot_invite(self, as_admin, second, link, owner, invitation):
        kept = {"email": second.email, "name": second.name, "language": "", "theme": "system"}
        response = as_admin.post(f"/admin/accounts/user/{second.pk}/change/", kept)
        assert response.status_code == 302, response.text
        assert not User.objects.get(pk=second.pk).is_active
        link.refresh_from_db()
        assert link.revoked_at
        User.objects.filter(pk=second.pk).update(is_active=True)
        assert not Invitation.of_token(link.token).is_open, "also when they are back"
        invitation.refresh_from_db()
        assert invitation.revoked_at is None, "those of others stay"

    @pytest.mark.parametrize("change", ["role", "delete", "person"])
    def test_a_membership_that_is_changed_or_deleted_ends_its_invitations(
        self, as_admin, second, link, team, stranger, change, invitation
    ):
        rows = list(Membership.objects.filter(team=team).order_by("pk"))
        form = {
            "name": team.name,
            "memberships-TOTAL_FORMS": len(rows),
            "memberships-INITIAL_FORMS": len(rows),
            "_save": "",
        }
        for n, row in enumerate(rows):
            theirs = row.user_id == second.pk
            form |= {
                f"memberships-{n}-id": row.pk,
                f"memberships-{n}-team": team.pk,
                f"memberships-{n}-user": stranger.pk if theirs and change == "person" else row.user_id,
                f"memberships-{n}-role": "member" if theirs and change == "role" else row.role,
            }
            if theirs and change == "delete":
                form[f"memberships-{n}-DELETE"] = "on"
        response = as_admin.post(f"/admin/accounts/team/{team.pk}/change/", form)
        assert response.status_code == 302, response.text
        link.refresh_from_db()
        invitation.refresh_from_db()
        assert link.revoked_at
        assert invitation.revoked_at is None


def test_the_person_who_resends_an_invitation_becomes_its_inviter(owner, second, link, team, stranger):
    UNDERNEATH["demoted"](second)
    assert team_services.renew(owner, link)
    assert Invitation.of_token(link.token).invited_by == owner
    assert team_services.accept(stranger, link).role == "owner"
