"""Who sees and changes what: every load through `visible_to`, roles where it is written, 404 for the rest."""

from tests.guards.guard import Change, Guard

_EVERY = "security/test_every_url.py"
_CAST = f"{_EVERY}::test_each_of_the_cast_gets_what_is_theirs"
_OBJECTS = ("who: a stranger with an account", "2.2.2", "8.2.2")
_ROLES = ("who: a viewer", "8.2.1", "8.3.1")
_GONE = ("who: a member who was taken out",)
_GALLERY = "omnistudio/gallery"

ACCESS = [
    Guard(
        "sign-in by default",
        ("who: somebody on the internet", "8.2.1"),
        "omnistudio/settings.py",
        '    "omnistudio.core.middleware.LoginRequired",\n',
        "",
        (f"{_CAST}[account-GET-]", f"{_CAST}[teams-GET-]"),
    ),
    Guard(
        "works are seen by their owner and by a team of theirs",
        _OBJECTS,
        f"{_GALLERY}/models/task.py",
        "return self.hung().filter(models.Q(owner_id=user.pk) | models.Q(team_id__in=theirs))",
        "return self.hung()",
        (f"{_CAST}[item-GET-private]", f"{_CAST}[media-GET-file,private]", f"{_CAST}[compare-GET-?ids={{private}}]"),
    ),
    Guard(
        "what is in the trash is seen by nobody else",
        _OBJECTS,
        f"{_GALLERY}/item_queries.py",
        "Task.objects.trashed().filter(owner_id=user.pk)",
        "Task.objects.trashed()",
        (f"{_CAST}[item-GET-trashed]",),
    ),
    Guard(
        "a small picture in the trash, too",
        _OBJECTS,
        f"{_GALLERY}/views.py",
        "Task.objects.trashed().filter(owner_id=request.user.pk)",
        "Task.objects.trashed()",
        (f"{_CAST}[media-GET-thumbnail,trashed]",),
    ),
    Guard(
        "works are changed by their owner",
        _OBJECTS,
        f"{_GALLERY}/sharing.py",
        "return Task.objects.filter(owner_id=user.pk, pk__in=wanted), len(wanted)",
        "return Task.objects.filter(pk__in=wanted), len(wanted)",
        (f"{_CAST}[delete_works-POST-]", f"{_CAST}[restore_works-POST-]"),
    ),
    Guard(
        "an owner's invitations end with their role",
        _GONE,
        "omnistudio/accounts/teams/services.py",
        "    waiting.of_nobody().update(revoked_at=timezone.now())",
        "    del waiting",
        ("accounts/test_team_services.py::test_who_is_an_owner_no_longer_does_not_come_back_by_their_own_link",),
        also=(
            Change(
                "omnistudio/accounts/teams/services.py",
                "fresh = Invitation.objects.waiting().of_owners()\n",
                "fresh = Invitation.objects.waiting()\n",
            ),
        ),
    ),
    Guard(
        "who ends a link is shown the others only where they keep the collection",
        _GONE,
        f"{_GALLERY}/share_links.py",
        "return Collection.objects.changeable_by(user).filter(pk=link.collection_id).first()",
        "return link.collection",
        ("gallery/test_share.py::test_who_has_left_a_team_ends_their_link_and_sees_no_other",),
    ),
    Guard(
        "works are taken back by their owner and by owners of the team",
        _ROLES,
        f"{_GALLERY}/sharing.py",
        "filter(may, pk__in=wanted, team__isnull=False)",
        "filter(pk__in=wanted, team__isnull=False)",
        (f"{_CAST}[take_works_back-POST-2]",),
    ),
    Guard(
        "a work is deleted from its page by its owner",
        _OBJECTS,
        f"{_GALLERY}/item_actions.py",
        "item_queries.openable_by(request.user).filter(owner_id=request.user.pk)",
        "item_queries.openable_by(request.user)",
        (f"{_CAST}[share_item-POST-private]", f"{_CAST}[delete_item-POST-shared]"),
        also=(
            Change(
                f"{_GALLERY}/models/task.py",
                "return self.hung().filter(models.Q(owner_id=user.pk) | models.Q(team_id__in=theirs))",
                "return self.hung()",
            ),
        ),
    ),
    Guard(
        "a task is cancelled, sent and dismissed by its owner",
        _OBJECTS,
        "omnistudio/studio/actions.py",
        "Task.objects.visible_to(request.user).filter(owner_id=request.user.pk)",
        "Task.objects.visible_to(request.user)",
        (f"{_CAST}[retry_task-POST-failed_here]", f"{_CAST}[send_task_again-POST-unsure_here]"),
    ),
    Guard(
        "works are purged by their owner",
        _OBJECTS,
        f"{_GALLERY}/trash_views.py",
        "Task.objects.trashed().filter(owner_id=request.user.pk, pk__in=ids)",
        "Task.objects.trashed().filter(pk__in=ids)",
        (f"{_CAST}[purge_from_trash-POST-1]",),
    ),
    Guard(
        "works are restored by their owner",
        _OBJECTS,
        f"{_GALLERY}/sharing.py",
        "    tasks, asked = _own(user, ids)\n    own = tasks.count()\n    with",
        "    tasks, asked = Task.objects.filter(pk__in=list(ids)), 1\n    own = 1\n    with",
        (f"{_CAST}[restore_works-POST-]", f"{_CAST}[restore_from_trash-POST-]"),
    ),
    Guard(
        "a ZIP holds what one sees",
        _OBJECTS,
        f"{_GALLERY}/downloads.py",
        "Task.objects.visible_to(request.user).filter(pk__in=ids)",
        "Task.objects.filter(pk__in=ids)",
        (f"{_CAST}[download-POST-1]",),
    ),
    Guard(
        "references are their owner's",
        _OBJECTS,
        f"{_GALLERY}/views.py",
        "get_object_or_404(Reference, pk=reference_id, owner_id=request.user.pk)",
        "get_object_or_404(Reference, pk=reference_id)",
        (f"{_CAST}[reference_file-GET-reference,file]",),
    ),
    Guard(
        "a reference's tile is its owner's",
        _OBJECTS,
        "omnistudio/studio/references.py",
        "get_object_or_404(Reference, pk=reference_id, owner_id=request.user.pk)",
        "get_object_or_404(Reference, pk=reference_id)",
        (f"{_CAST}[reference-GET-reference]",),
    ),
    Guard(
        "a wall is of a team that one is in",
        ("who: a stranger with an account", "8.4.1"),
        "omnistudio/accounts/models/team.py",
        "return self.filter(memberships__user_id=user.pk)",
        "return self.all()",
        (
            f"{_CAST}[team_gallery-GET-team]",
            f"{_CAST}[team_history-GET-team]",
            f"{_CAST}[wall_page-GET-?scope=team:{{team}}]",
        ),
    ),
    Guard(
        "a prompt is seen through a work that one sees",
        _OBJECTS,
        f"{_GALLERY}/history/queries.py",
        "return Prompt.objects.filter(Exists(seen))",
        "return Prompt.objects.all()",
        (f"{_CAST}[prompt-GET-private_prompt]", f"{_CAST}[star_prompt-POST-private_prompt]"),
    ),
    Guard(
        "keys of the built-in API are their owner's",
        _OBJECTS,
        "omnistudio/openapi_server/views_pages.py",
        '"""Shut a key out, after asking."""\n    key = get_object_or_404(Key.objects.of(request.user).live(),',
        '"""Shut a key out, after asking."""\n    key = get_object_or_404(Key.objects.live(),',
        (f"{_CAST}[revoke_key-POST-key]",),
    ),
    Guard(
        "credits are added by administrators",
        ("8.2.1",),
        "omnistudio/openapi_server/views_pages.py",
        "    if not request.user.is_staff:\n        raise Http404\n",
        "",
        (f"{_CAST}[add_credits-POST-]",),
    ),
    Guard(
        "the state of the instance is for administrators",
        ("8.2.1",),
        "omnistudio/operations/views.py",
        "        if not request.user.is_staff:\n            raise Http404\n",
        "",
        (f"{_CAST}[ops-GET-]", f"{_CAST}[credits_at_risk_csv-GET-]"),
    ),
    Guard(
        "the numbers are for whoever has the token",
        ("8.2.1",),
        "omnistudio/operations/views.py",
        '    if not token or scheme.lower() != "bearer" or not constant_time_compare(given.strip(), token):\n'
        "        raise Http404\n",
        "",
        (f"{_CAST}[metrics-GET-]",),
    ),
    Guard(
        "a new address is classified",
        ("8.1.1",),
        "omnistudio/urls.py",
        '    path("help/", views.help_page, name="help"),\n',
        '    path("help/", views.help_page, name="help"),\n    path("guide/", views.help_page, name="guide"),\n',
        (f"{_EVERY}::test_every_url_is_classified",),
    ),
]
