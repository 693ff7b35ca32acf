"""Teams, and what is shared: roles, collections and presets, links for people without an account."""

from tests.guards.guard import Change, Guard

_ROLE = "security/test_every_url.py::test_each_role_gets_the_expected_answer"
_OBJECTS = ("who: a stranger with an account", "2.2.2", "8.2.2")
_ROLES = ("who: a viewer", "8.2.1", "8.3.1")
_LINKS = ("who: whoever has a share link",)

SHARING = [
    Guard(
        "collections are seen by their owner and their team",
        _OBJECTS,
        "sharing.CollectionQuerySet.visible_to",
        '        """The person\'s own collections, and those of their teams."""\n',
        "        return self.all()\n",
        (
            f"{_ROLE}[collection-GET-own_collection]",
            f"{_ROLE}[wall_page-GET-?scope=collection:{{own_collection}}]",
        ),
    ),
    Guard(
        "viewers keep no collections",
        _ROLES,
        "sharing.CollectionQuerySet.changeable_by",
        "theirs = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING)",
        "theirs = Membership.objects.filter(user_id=user.pk)",
        (f"{_ROLE}[rename_collection-POST-team_collection]", f"{_ROLE}[add_to_collection-POST-0]"),
    ),
    Guard(
        "viewers make no collection for the team",
        _ROLES,
        "accounts.queries.teams_to_share_with",
        "Membership.objects.filter(user=user, role__in=Membership.CHANGING)",
        "Membership.objects.filter(user=user)",
        (f"{_ROLE}[create_collection-POST-1]",),
        also=(
            Change(
                "collections.services.create",
                "        Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)\n",
                "        pass\n",
            ),
        ),
    ),
    Guard(
        "viewers share nothing",
        _ROLES,
        "services.share",
        "    Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)\n",
        "",
        (f"{_ROLE}[share_works-POST-]",),
    ),
    Guard(
        "viewers do not comment",
        _ROLES,
        "comments.may_write",
        "return role_at(user, task) in Membership.CHANGING",
        "return True",
        (f"{_ROLE}[add_comment-POST-shared]",),
    ),
    Guard(
        "a comment is deleted by its author and by owners",
        _ROLES,
        "comments.delete",
        "        rows = rows.filter(author_id=user.pk)\n",
        "        pass\n",
        (f"{_ROLE}[delete_comment-POST-shared,comment]",),
    ),
    Guard(
        "presets are seen by their owner and their team",
        _OBJECTS,
        "preset.PresetQuerySet.visible_to",
        "return self.kept().filter(own | models.Q(team_id__in=theirs))",
        "return self.kept()",
        (f"{_ROLE}[preset_form-GET-own_preset]",),
    ),
    Guard(
        "viewers change no presets",
        _ROLES,
        "preset.PresetQuerySet.of",
        "Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING)",
        "Membership.objects.filter(user_id=user.pk)",
        (f"{_ROLE}[edit_preset-POST-team_preset]",),
    ),
    Guard(
        "owners alone change a team",
        ("who: a viewer", "8.3.1"),
        "services.require_owner",
        "    if queries.role_of(user, team) != Role.OWNER:\n        raise NotAllowed\n",
        "",
        ("accounts/teams/test_services.py::test_only_owners_may_change_a_team",),
    ),
    Guard(
        "the pages of a team ask for an owner, and so do the services",
        _ROLES,
        "pages.owners_seat",
        "    if seat.role != Role.OWNER:\n        raise Http404\n",
        "",
        (
            f"{_ROLE}[rename_team-POST-team]",
            f"{_ROLE}[invite-POST-team]",
            f"{_ROLE}[change_role-POST-team,seat]",
        ),
        also=(
            Change(
                "services.require_owner",
                "    if queries.role_of(user, team) != Role.OWNER:\n        raise NotAllowed\n",
                "",
            ),
        ),
    ),
    Guard(
        "a seat is of the team in the address",
        ("8.4.1",),
        "views._member",
        'select_related("team", "user"), team_id=own.team_id, pk=seat_id)',
        'select_related("team", "user"), pk=seat_id)',
        ("accounts/teams/test_team.py::test_an_owner_can_not_reach_into_another_team",),
    ),
    Guard(
        "an invitation is of the team in the address",
        ("8.4.1",),
        "invitations._invitation",
        "return get_object_or_404(found, team_id=seat.team_id, pk=invitation_id)",
        "return get_object_or_404(found, pk=invitation_id)",
        ("accounts/teams/test_team.py::test_an_owner_can_not_reach_into_another_team",),
    ),
    Guard(
        "a link shows only its own item",
        _LINKS,
        "share_links.queries.items_of",
        "            pk=link.task_id or 0, owner_id=link.owner_id, status=Task.Status.SUCCEEDED\n",
        "            owner_id=link.owner_id, status=Task.Status.SUCCEEDED\n",
        (f"{_ROLE}[shared_media-GET-link_token,shared,file]", f"{_ROLE}[shared_work-GET-link_token,shared]"),
    ),
    Guard(
        "a link with a password asks for it, also for its files",
        _LINKS,
        "public_views._require_unlocked",
        "    if link.password and not visit_of(request, link).unlocked:\n        raise Http404\n",
        "    return\n",
        (
            f"{_ROLE}[shared_media-GET-locked_token,private,file]",
            f"{_ROLE}[shared_work-GET-locked_token,private]",
        ),
    ),
    Guard(
        "links are revoked by who made them, by who keeps the collection, and by owners of the team",
        _LINKS,
        "queries.revocable",
        "return link if keeps or links_of(owned).filter(pk=link.pk).exists() else None",
        "return link",
        (f"{_ROLE}[revoke_link-POST-link]", f"{_ROLE}[revoke_link-POST-collection_link]"),
    ),
    Guard(
        "a link's password is tried ten times",
        _LINKS,
        "public_views.unlock_shared",
        "    if not tries.take():\n",
        "    if False:\n",
        (
            "gallery/share_links/test_passwords.py::TestAPassword::test_after_ten_wrong_passwords_the_right_one_waits_too",
        ),
    ),
]
