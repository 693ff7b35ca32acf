"""URLs of teams and invitations."""

from django.urls import path

from omnistudio.accounts.teams import invitations, views

urlpatterns = [
    path("team/", views.teams, name="teams"),
    path("team/create/", views.create_team, name="create_team"),
    path("team/<id:team_id>/", views.team, name="team"),
    path("team/<id:team_id>/rename/", views.rename_team, name="rename_team"),
    path("team/<id:team_id>/leave/", views.leave_team, name="leave_team"),
    path("team/<id:team_id>/members/<id:seat_id>/role/", views.change_role, name="change_role"),
    path("team/<id:team_id>/members/<id:seat_id>/remove/", views.remove_member, name="remove_member"),
    path("team/<id:team_id>/members/<id:seat_id>/hand-over/", views.hand_over, name="hand_over"),
    path("team/<id:team_id>/invite/", invitations.invite, name="invite"),
    path(
        "team/<id:team_id>/invitations/<id:invitation_id>/revoke/",
        invitations.revoke_invitation,
        name="revoke_invitation",
    ),
    path(
        "team/<id:team_id>/invitations/<id:invitation_id>/send-again/",
        invitations.send_invitation_again,
        name="send_invitation_again",
    ),
    path("join/<str:token>/", invitations.join, name="join"),
]
