"""The writes of teams check by themselves who may do them, and never leave a team without an owner."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.services import CannotAccept, LastOwner, NotAllowed

NOT_OWNERS = ["teammate", "viewer", "stranger"]


def roles(team: Team) -> dict[str, str]:
    return dict(Membership.objects.filter(team=team).values_list("user__email", "role"))


@pytest.mark.parametrize("who", NOT_OWNERS)
def test_only_owners_may_change_a_team(request, team, seat, viewer, invitation, who):
    person = request.getfixturevalue(who)
    before = roles(team)
    for forbidden in (
        lambda: team_services.rename(person, team, "Taken"),
        lambda: team_services.invite(person, team, role="owner"),
        lambda: team_services.revoke(person, invitation),
        lambda: team_services.renew(person, invitation),
        lambda: team_services.change_role(person, seat(viewer), "owner"),
        lambda: team_services.hand_over(person, seat(viewer)),
        lambda: team_services.remove(person, seat(team.people.get(email="owner@example.com"))),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert roles(team) == before
    assert Invitation.objects.get() == invitation


def test_the_creator_of_a_team_is_its_owner(stranger):
    assert roles(team_services.create_team(stranger, "Mine")) == {stranger.email: "owner"}


def test_the_last_owner_can_neither_leave_nor_step_down(owner, team, seat):
    with pytest.raises(LastOwner):
        team_services.remove(owner, seat(owner))
    with pytest.raises(LastOwner):
        team_services.change_role(owner, seat(owner), "viewer")
    assert seat(owner).role == "owner"


def test_one_of_two_owners_can_leave(owner, teammate, team, seat):
    team_services.change_role(owner, seat(teammate), "owner")
    team_services.remove(owner, seat(owner))
    assert roles(team) == {teammate.email: "owner", "viewer@example.com": "viewer"}


def test_handing_over_makes_one_owner_and_one_member(owner, teammate, team, seat):
    assert team_services.hand_over(owner, seat(teammate))
    assert (seat(owner).role, seat(teammate).role) == ("member", "owner")


@pytest.mark.parametrize("end", ["removed", "demoted", "handed over"])
def test_a_former_owner_cannot_return_by_their_own_link(owner, teammate, team, seat, stranger, end):
    team_services.change_role(owner, seat(teammate), "owner")
    link = team_services.invite(teammate, team, role="owner")
    kept = team_services.invite(owner, team, role="viewer")
    match end:
        case "removed":
            team_services.remove(owner, seat(teammate))
        case "demoted":
            team_services.change_role(owner, seat(teammate), "member")
        case _:
            team_services.hand_over(teammate, seat(owner))
    link.refresh_from_db()
    with pytest.raises(CannotAccept, match="revoked"):
        team_services.accept(stranger, link)
    assert team_services.accept(stranger, kept).role == "viewer", "those of others stay"


def test_a_person_who_left_cannot_become_owner(owner, teammate, team, seat):
    gone = seat(teammate)
    team_services.remove(teammate, seat(teammate))
    assert not team_services.hand_over(owner, gone)
    assert seat(owner).role == "owner"


def test_a_link_lets_one_person_in(team, invitation, stranger):
    team_services.accept(stranger, invitation)
    late = User.objects.create_user("late@example.com")
    with pytest.raises(CannotAccept, match="used"):
        team_services.accept(late, invitation)
    assert roles(team)[stranger.email] == "member"
    assert late.email not in roles(team)


def test_a_link_for_an_email_is_refused_for_others(owner, team, stranger):
    invitation = team_services.invite(owner, team, role="member", email="June@Example.com")
    with pytest.raises(CannotAccept, match="email"):
        team_services.accept(stranger, invitation)
    june = User.objects.create_user("june@example.com")
    assert team_services.accept(june, invitation).role == "member"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
        ({"nonce": "0" * 16}, "replaced"),
    ],
)
def test_a_link_closed_after_opening_admits_nobody(team, invitation, stranger, fields, reason):
    Invitation.objects.update(**fields)
    with pytest.raises(CannotAccept, match=reason):
        team_services.accept(stranger, invitation)
    assert stranger.email not in roles(team)


def test_a_member_does_not_use_up_a_link(team, invitation, teammate):
    with pytest.raises(CannotAccept, match="member"):
        team_services.accept(teammate, invitation)
    invitation.refresh_from_db()
    assert invitation.is_open


def test_a_renewed_invitation_has_another_link_and_a_new_time(owner, team, invitation):
    old = invitation.token
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=3))
    assert team_services.renew(owner, invitation)
    assert Invitation.of_token(old) is None
    assert Invitation.of_token(invitation.token).is_open


def test_a_revoked_or_used_invitation_cannot_be_renewed(owner, team, invitation, stranger):
    assert team_services.revoke(owner, invitation)
    assert not team_services.revoke(owner, invitation)
    assert not team_services.renew(owner, invitation)
    used = team_services.invite(owner, team, role="viewer")
    team_services.accept(stranger, used)
    assert not team_services.renew(owner, used)


def test_invitations_that_wait_are_bounded(owner, team, monkeypatch):
    monkeypatch.setattr(team_services, "MAX_WAITING", 2)
    first = team_services.invite(owner, team, role="viewer")
    team_services.invite(owner, team, role="viewer")
    with pytest.raises(team_services.TooManyInvitations):
        team_services.invite(owner, team, role="viewer")
    team_services.revoke(owner, first)
    assert team_services.invite(owner, team, role="viewer")


def at_once(*calls):
    """Run each in a thread of its own, all starting together; returns what each returned or raised."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            answers.append(call())
        except Exception as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_concurrent_uses_of_one_link_admit_one_person(owner, team, invitation):
    people = [User.objects.create_user(f"{n}@example.com") for n in range(4)]
    answers = at_once(*(lambda p=p: team_services.accept(p, Invitation.of_token(invitation.token)) for p in people))
    refused = [answer for answer in answers if isinstance(answer, CannotAccept)]
    assert [error.args for error in refused] == [("used",)] * 3
    assert Membership.objects.filter(team=team, user__in=people).count() == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_links_of_one_person_create_one_membership(owner, team, stranger):
    links = [team_services.invite(owner, team, role="member") for _n in range(2)]
    answers = at_once(*(lambda one=one: team_services.accept(stranger, one) for one in links))
    assert sum(isinstance(answer, Membership) for answer in answers) == 1
    assert Membership.objects.filter(team=team, user=stranger).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_leaving_at_once_one_stays(owner, teammate, team, seat):
    team_services.change_role(owner, seat(teammate), "owner")
    answers = at_once(*(lambda p=p: team_services.remove(p, seat(p)) for p in (owner, teammate)))
    assert [type(answer) for answer in answers if answer] == [LastOwner]
    assert Membership.objects.filter(team=team, role="owner").count() == 1
