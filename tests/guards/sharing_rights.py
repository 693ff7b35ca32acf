"""Rights that are checked at the moment of sharing: restored items, invitations, public links."""

from tests.guards.guard import Change, Guard

_OUT = ("who: a member who was taken out",)
_LINKS = ("who: whoever has a share link",)
_VIEWER = ("who: a viewer", "8.2.1", "8.3.1")
_BACK = "gallery/sharing/test_rights.py"
_SHOWS = "gallery/share_links/test_rights.py::TestWhatALinkShows"
_OWNERS = "gallery/share_links/test_rights.py::TestTheOwnersOfATeam"
_SHARE_LINKS = "omnistudio/gallery/share_links/services.py"

SHARING_RIGHTS = [
    Guard(
        "restoring a shared item requires the right to share",
        _OUT,
        "trash.services.restore",
        "        private = unshare_where_not_allowed(done.ids)\n",
        "        private: list[int] = []\n",
        (f"{_BACK}::test_without_the_right_to_share_an_item_is_restored_as_private",),
    ),
    Guard(
        "a task that goes on, or is done, asks for the right to share",
        _OUT,
        "services.transition",
        "            unshare_where_not_allowed([task_id])\n",
        "            pass\n",
        (
            f"{_BACK}::test_without_the_right_to_share_an_item_is_restored_as_private",
            f"{_BACK}::test_a_running_task_becomes_private_when_the_right_is_lost",
        ),
    ),
    Guard(
        "who was taken out shares nothing new by a retry",
        _OUT,
        "services.retry",
        "task.team_id if may_share(task.owner_id, task.team_id) else None",
        "task.team_id",
        (
            "security/test_injection.py::test_a_retry_shares_nothing_without_the_right_to_share",
            f"{_BACK}::test_without_the_right_to_share_a_retry_is_private",
        ),
    ),
    Guard(
        "an invitation is as good as who made it",
        _OUT,
        "services.accept",
        "fresh = Invitation.objects.waiting().of_owners()\n",
        "fresh = Invitation.objects.waiting()\n",
        (
            "accounts/teams/test_inviters.py::test_an_invitation_by_a_former_owner_admits_nobody",
            "accounts/teams/test_inviters.py::test_a_link_opened_before_gives_no_account_afterwards",
        ),
        also=(
            Change(
                "team.Invitation.lets_in",
                "return self.is_open and Invitation.objects.of_owners().filter(pk=self.pk).exists()",
                "return self.is_open",
            ),
        ),
    ),
    Guard(
        "the administration ends the invitations of who is switched off",
        _OUT,
        "receivers.on_person_changed",
        "        team_services.revoke_invitations_of_former_owners(invited_by_id=instance.pk)\n",
        "        pass\n",
        ("accounts/teams/test_inviters.py::TestTheAdministration::test_a_deactivated_person_cannot_invite",),
    ),
    Guard(
        "the administration ends the invitations of a membership that it changes",
        _OUT,
        "receivers.on_membership_changed",
        "        team_services.revoke_invitations_of_former_owners(team_id=instance.team_id)\n",
        "        pass\n",
        (
            "accounts/teams/test_inviters.py::TestTheAdministration::"
            "test_a_membership_that_is_changed_or_deleted_ends_its_invitations",
        ),
    ),
    Guard(
        "a link shows what its maker may share, and not all that they see",
        (*_LINKS, *_VIEWER),
        "permissions.shareable_in",
        "    sharing = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING).values",
        "    sharing = Membership.objects.filter(user_id=user.pk).values",
        (
            f"{_SHOWS}::test_a_viewers_link_shows_no_items_of_others",
            f"{_SHOWS}::test_a_link_follows_the_right_of_its_owner",
        ),
    ),
    Guard(
        "a link to a team's collection ends with its maker's right to share there",
        _LINKS,
        "queries.open_link",
        "return link if Collection.objects.changeable_by(link.owner).filter(pk=link.collection.pk).exists() "
        "else None",
        "return link",
        (f"{_SHOWS}::test_a_link_to_a_team_collection_follows_the_right_of_its_owner",),
    ),
    Guard(
        "a link to a team's collection shows nothing that the team does not see",
        _LINKS,
        "permissions.shareable_in",
        "        shown &= Q(team_id=collection.team_id)\n",
        "        shown |= Q(owner_id=user.pk)\n",
        (
            f"{_SHOWS}::test_a_private_item_in_a_collection_shows_through_no_link",
            f"{_SHOWS}::test_an_item_of_another_team_does_not_show_in_this_one",
        ),
    ),
    Guard(
        "the owners of a team end links to what it shares, and no others",
        _LINKS,
        "queries.revocable",
        "return link if keeps or links_of(owned).filter(pk=link.pk).exists() else None",
        "return link",
        (f"{_OWNERS}::test_team_owners_revoke_links", f"{_OWNERS}::test_others_cannot_revoke_them"),
    ),
    Guard(
        "the links of a team are for its owners to see",
        _VIEWER,
        "views.team_links",
        "    seat = owners_seat(request, team_id)\n",
        "    seat = seat_in(request, team_id)\n",
        (f"{_OWNERS}::test_others_cannot_revoke_them",),
        also=(
            Change(
                "omnistudio/gallery/share_links/views.py",
                "from omnistudio.accounts.teams.pages import owners_seat\n",
                "from omnistudio.accounts.teams.pages import seat_in\n",
            ),
        ),
    ),
    Guard(
        "an address is copied by its maker, and where it shows what one may share oneself",
        _LINKS,
        "queries.show_addresses",
        'address_of(link) if link.owner_id == user.pk or of_team else ""',
        "address_of(link)",
        (f"{_OWNERS}::test_team_owners_copy_only_links_to_items_they_may_share",),
    ),
    Guard(
        "an undo shares other people's items for who took them out, while they own the team",
        _OUT,
        "unsharing._may",
        "return role in Membership.CHANGING if task.owner_id == user.pk else role == Membership.Role.OWNER",
        "return True",
        ("gallery/items/test_bulk_others.py::test_a_former_owner_cannot_undo",),
    ),
    Guard(
        "an undo leaves alone what its person has changed since",
        _OUT,
        "unsharing.restore_sharing",
        " if task.revision == before[task.pk].revision]",
        "]",
        ("gallery/items/test_bulk_others.py::test_undo_keeps_later_changes_of_the_items_owner",),
    ),
    Guard(
        "an undo is for who took the items out",
        _OUT,
        "unsharing._read",
        "    if person != user.pk:\n        return {}\n",
        "",
        ("gallery/items/test_bulk_others.py::test_only_the_same_person_can_undo",),
    ),
]
