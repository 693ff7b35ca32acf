"""The team page, and what owners, members, viewers and strangers can do there."""

import pytest

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.gallery.models import Task

MARKUP = "<script>alert(1)</script> & <b>co</b>"


def test_without_a_team_there_is_a_form_that_makes_one(as_owner):
    page = as_owner.get("/team/")
    assert page.status_code == 200
    assert "Create team" in page.text


def test_a_single_team_is_opened_directly(as_owner, team):
    assert as_owner.get("/team/").headers["Location"] == f"/team/{team.pk}/"
    assert "Create team" in as_owner.get("/team/?new").text


def test_with_several_teams_they_are_listed_and_can_be_switched(as_teammate, teammate, team):
    other = team_services.create_team(teammate, "Nachtschicht")
    assert all(name in as_teammate.get("/team/").text for name in ("Atelier Srisai", "Nachtschicht"))
    page = as_teammate.get(f"/team/{team.pk}/").text
    assert f'href="/team/{other.pk}/"' in page
    assert 'aria-current="page">Atelier Srisai' in page


def test_a_team_is_made_and_its_maker_owns_it(as_stranger, stranger):
    response = as_stranger.post("/team/create/", {"name": "  Studio \n 木  "}, follow=True)
    assert Membership.objects.get(user=stranger).role == "owner"
    assert Team.objects.get().name == "Studio 木"
    assert "<h1" in response.text
    assert "Studio 木" in response.text
    assert "“Studio 木” was created. Invite the people you work with." in response.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Give the team a name."),
        (" \n\t ", "Give the team a name."),
        ("\u200b\u202e\u200b", "Give the team a name."),
        ("x" * 81, "at most 80 characters"),
        ("a\0b", "Null characters are not allowed."),
    ],
)
@pytest.mark.parametrize("action", ["create", "{pk}/rename"])
def test_an_invalid_name_is_refused_and_stays_in_the_form(as_owner, team, action, name, says):
    response = as_owner.post(f"/team/{action.format(pk=team.pk)}/", {"name": name})
    assert response.status_code == 422
    assert says in response.text
    if len(name) > 80:
        assert name in response.text
    assert [made.name for made in Team.objects.all()] == ["Atelier Srisai"]


def test_a_name_of_80_characters_fits(as_owner, team):
    name = "ศ" * 80
    assert name in as_owner.post(f"/team/{team.pk}/rename/", {"name": name}, follow=True).text


def test_names_can_not_turn_the_letters_around_them(as_owner, team):
    as_owner.post(f"/team/{team.pk}/rename/", {"name": "Atelier\u202e\u2066 X\u0007"})
    assert Team.objects.get().name == "Atelier X"


def test_markup_in_names_is_shown_as_text(as_owner, team, teammate):
    User.objects.filter(pk=teammate.pk).update(name=MARKUP)
    as_owner.post(f"/team/{team.pk}/rename/", {"name": MARKUP})
    page = as_owner.get(f"/team/{team.pk}/").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>co" not in page


def test_members_see_the_list_of_members(request, team):
    for who in ("as_owner", "as_teammate", "as_viewer"):
        page = request.getfixturevalue(who).get(f"/team/{team.pk}/")
        assert page.status_code == 200
        for shown in ("Atelier Srisai", "3 people", "Nok Srisai", "teammate@example.com", "Verified", "None"):
            assert shown in page.text


@pytest.mark.parametrize("who", ["as_teammate", "as_viewer"])
def test_members_and_viewers_see_no_controls(request, team, invitation, who):
    page = request.getfixturevalue(who).get(f"/team/{team.pk}/").text
    for control in ("/role/", "/remove/", "/hand-over/", "/rename/", "/invite/", "Invitations", invitation.token):
        assert control not in page
    assert "/leave/" in page


def actions(team, seat_id, invitation_id) -> list[tuple[str, dict[str, str]]]:
    """Everything that owners alone may do."""
    base = f"/team/{team.pk}"
    return [
        (f"{base}/rename/", {"name": "Taken"}),
        (f"{base}/invite/", {"role": "owner", "days": "7"}),
        (f"{base}/members/{seat_id}/role/", {"role": "owner"}),
        (f"{base}/members/{seat_id}/remove/", {}),
        (f"{base}/members/{seat_id}/hand-over/", {}),
        (f"{base}/invitations/{invitation_id}/revoke/", {}),
        (f"{base}/invitations/{invitation_id}/send-again/", {}),
    ]


@pytest.mark.parametrize("who", ["as_teammate", "as_viewer", "as_stranger"])
def test_actions_of_owners_are_404_for_others(request, team, seat, viewer, invitation, who):
    browser = request.getfixturevalue(who)
    for path, form in actions(team, seat(viewer).pk, invitation.pk):
        assert browser.post(path, form).status_code == 404, path
    assert Team.objects.get().name == "Atelier Srisai"
    assert Membership.objects.count() == 3
    assert seat(viewer).role == "viewer"
    assert Invitation.objects.waiting().get().nonce == invitation.nonce


def test_a_team_is_404_for_a_stranger(as_stranger, team):
    for answer in (as_stranger.get(f"/team/{team.pk}/"), as_stranger.post(f"/team/{team.pk}/leave/")):
        assert answer.status_code == 404
        assert "Atelier" not in answer.text
    assert "Atelier" not in as_stranger.get("/team/").text


def test_a_visitor_is_redirected_to_sign_in(client, team):
    assert client.get(f"/team/{team.pk}/").headers["Location"].startswith("/auth/login/")


def test_an_owner_can_not_reach_into_another_team(as_stranger, stranger, team, seat, viewer, invitation):
    own = team_services.create_team(stranger, "Mine")
    for path, form in actions(own, seat(viewer).pk, invitation.pk)[2:]:
        assert as_stranger.post(path, form).status_code == 404, path
    assert seat(viewer).role == "viewer"


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_a_team_or_member_that_is_not_there_is_404(as_owner, team, number):
    assert as_owner.get(f"/team/{number}/").status_code == 404
    assert as_owner.post(f"/team/{team.pk}/members/{number}/remove/").status_code == 404
    assert as_owner.post(f"/team/{team.pk}/invitations/{number}/revoke/").status_code == 404


def test_changes_require_post(as_owner, team, seat, teammate, invitation):
    for path, _form in actions(team, seat(teammate).pk, invitation.pk):
        assert as_owner.get(path).status_code == 405


def test_a_role_is_changed_and_reported(as_owner, team, seat, teammate):
    response = as_owner.post(f"/team/{team.pk}/members/{seat(teammate).pk}/role/", {"role": "viewer"}, follow=True)
    assert seat(teammate).role == "viewer"
    assert "Maya Okafor has the role “Viewer” now." in response.text


def test_a_role_that_does_not_exist_changes_nothing(as_owner, team, seat, teammate):
    response = as_owner.post(f"/team/{team.pk}/members/{seat(teammate).pk}/role/", {"role": "king"}, follow=True)
    assert "There is no such role." in response.text
    assert seat(teammate).role == "member"


def test_shared_items_of_a_removed_member_stay(as_owner, team, seat, teammate, make_task):
    task = make_task(teammate, team=team)
    response = as_owner.post(f"/team/{team.pk}/members/{seat(teammate).pk}/remove/", follow=True)
    assert "Maya Okafor is not in the team any more." in response.text
    assert not Membership.objects.filter(user=teammate).exists()
    assert Task.objects.get(pk=task.pk).team == team


def test_the_team_is_handed_over(as_owner, owner, team, seat, teammate):
    response = as_owner.post(f"/team/{team.pk}/members/{seat(teammate).pk}/hand-over/", follow=True)
    assert (seat(teammate).role, seat(owner).role) == ("owner", "member")
    assert "Maya Okafor owns the team now." in response.text
    assert "Invitations" not in response.text


@pytest.mark.parametrize("who", ["teammate", "viewer"])
def test_members_and_viewers_leave(request, signed_in, team, who):
    person = request.getfixturevalue(who)
    response = signed_in(person).post(f"/team/{team.pk}/leave/", follow=True)
    assert "You have left “Atelier Srisai”." in response.text
    assert signed_in(person).get(f"/team/{team.pk}/").status_code == 404


@pytest.mark.parametrize("action", ["leave", "members/{own}/remove", "members/{own}/role"])
def test_the_last_owner_cannot_leave_and_is_told_why(as_owner, owner, team, seat, action):
    path = f"/team/{team.pk}/{action.format(own=seat(owner).pk)}/"
    response = as_owner.post(path, {"role": "member"}, follow=True)
    assert seat(owner).role == "owner"
    assert "Hand the team over" in response.text or "Make somebody else an owner first." in response.text
    assert "You are the only owner. To leave, hand the team over to somebody first." in response.text


def test_a_single_member_is_told_to_invite_others(as_stranger, stranger):
    alone = team_services.create_team(stranger, "Alone")
    assert "invite somebody and hand the team over" in as_stranger.get(f"/team/{alone.pk}/").text


def test_an_owner_beside_another_may_step_down(as_owner, owner, team, seat, teammate):
    team_services.change_role(owner, seat(teammate), "owner")
    page = as_owner.post(f"/team/{team.pk}/members/{seat(owner).pk}/role/", {"role": "viewer"}, follow=True)
    assert seat(owner).role == "viewer"
    assert "Invitations" not in page.text


def test_the_queries_do_not_grow_with_the_people(as_owner, owner, team, django_assert_max_num_queries):
    for n in range(20):
        person = User.objects.create_user(f"{n}@example.com", name=f"Person {n}")
        Membership.objects.create(team=team, user=person)
        team_services.invite(owner, team, role="viewer", email=f"i{n}@example.com")
    with django_assert_max_num_queries(9):
        assert "Person 19" in as_owner.get(f"/team/{team.pk}/").text


def test_the_page_speaks_the_language_of_the_person(as_owner, team):
    as_owner.post("/account/language/", {"language": "th"})
    assert '<html lang="th"' in as_owner.get(f"/team/{team.pk}/").text
