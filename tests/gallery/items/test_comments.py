"""Comments: by members, on shared items, as text; deleted by their author or an owner."""

import pytest
from django.test import Client

from omnistudio.accounts.models import Membership
from omnistudio.accounts.teams import services as team_services
from omnistudio.gallery.items import comments
from omnistudio.gallery.models import Comment
from omnistudio.gallery.sharing import services as sharing
from tests.gallery.items.test_item import HTMX


@pytest.fixture
def shared(owner, make_item, team):
    item = make_item()
    sharing.share(owner, [item.pk], team)
    item.refresh_from_db()
    return item


def say(client, task, text="Cooler, please", headers=HTMX):
    return client.post(f"/t/{task.pk}/comments/", {"text": text}, headers=headers)


def remove(client, comment):
    return client.post(f"/t/{comment.task_id}/comments/{comment.pk}/delete/", headers=HTMX)


def test_a_comment_of_a_member_is_visible_to_the_team(as_teammate, as_owner, shared):
    response = say(as_teammate, shared)
    assert "Cooler, please" in response.text
    assert "Your comment was added" in response.text
    assert "Cooler, please" in as_owner.get(f"/t/{shared.pk}/").text


def test_a_viewer_reads_comments_and_cannot_write(as_teammate, teammate, owner, team, shared):
    comments.add(owner, shared, "For the cover")
    Membership.objects.filter(user=teammate).update(role="viewer")
    text = as_teammate.get(f"/t/{shared.pk}/").text
    assert "For the cover" in text
    assert 'id="item-comment"' not in text
    assert say(as_teammate, shared).status_code == 404
    assert Comment.objects.count() == 1


def test_a_private_item_has_no_comments(as_owner, make_item):
    item = make_item()
    assert say(as_owner, item).status_code == 404
    assert 'id="item-comment"' not in as_owner.get(f"/t/{item.pk}/").text


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 100_000, "a\x00b"])
def test_an_invalid_comment_is_422_and_its_text_stays(as_teammate, shared, text):
    response = say(as_teammate, shared, text)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert text.strip() in response.text
    page = say(as_teammate, shared, text, headers={})
    assert page.status_code == 422
    assert "<html" in page.text
    assert not Comment.objects.exists()


def test_two_thousand_characters_fit_and_a_line_end_is_one(as_teammate, shared):
    assert say(as_teammate, shared, "\r\n".join(["x" * 999, "y" * 1000])).status_code == 200
    assert Comment.objects.get().text == "x" * 999 + "\n" + "y" * 1000


def test_markup_is_escaped_and_urls_are_not_linked(as_teammate, shared):
    text = say(as_teammate, shared, "<script>alert(1)</script> https://example.com/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; https://example.com/" in text
    assert 'href="https://example.com' not in text


def test_an_author_deletes_their_comment(as_teammate, teammate, shared):
    comment = comments.add(teammate, shared, "Hm")
    assert "The comment is deleted" in remove(as_teammate, comment).text
    assert not Comment.objects.exists()


def test_team_owners_delete_any_comment_and_members_their_own(
    as_owner,
    as_teammate,
    owner,
    teammate,
    shared,
):
    mine, theirs = comments.add(owner, shared, "One"), comments.add(teammate, shared, "Two")
    assert remove(as_teammate, mine).status_code == 404
    assert f"/comments/{mine.pk}/delete/" not in as_teammate.get(f"/t/{shared.pk}/").text
    assert remove(as_owner, theirs).status_code == 200
    assert list(Comment.objects.all()) == [mine]


def test_a_comment_of_another_item_is_404(as_owner, owner, team, shared, make_item):
    other = make_item()
    sharing.share(owner, [other.pk], team)
    comment = comments.add(owner, shared, "One")
    assert as_owner.post(f"/t/{other.pk}/comments/{comment.pk}/delete/").status_code == 404


def test_a_stranger_neither_writes_nor_deletes(as_stranger, client, owner, shared):
    comment = comments.add(owner, shared, "One")
    assert say(as_stranger, shared).status_code == remove(as_stranger, comment).status_code == 404
    assert client.post(f"/t/{shared.pk}/comments/", {"text": "x"}).status_code == 302


def test_comments_of_one_team_are_hidden_from_the_next(as_owner, owner, teammate, stranger, team, shared):
    comments.add(teammate, shared, "Between us")
    other = team_services.create_team(owner, "Other studio")
    Membership.objects.create(team=other, user=stranger, role="member")
    sharing.share(owner, [shared.pk], other)
    as_other = Client()
    as_other.force_login(stranger)
    assert "Between us" not in as_other.get(f"/t/{shared.pk}/").text
    sharing.share(owner, [shared.pk], team)
    assert "Between us" in as_owner.get(f"/t/{shared.pk}/").text


def test_an_owner_who_left_the_team_reads_no_comments(as_owner, owner, teammate, team, shared):
    comments.add(teammate, shared, "Between us")
    team.memberships.filter(user=owner).delete()
    response = as_owner.get(f"/t/{shared.pk}/")
    assert response.status_code == 200
    assert "Between us" not in response.text


def test_many_comments_come_in_parts(as_owner, owner, shared):
    Comment.objects.bulk_create(Comment(task=shared, author=owner, text=f"no. {n}.") for n in range(60))
    newest = as_owner.get(f"/t/{shared.pk}/").text
    assert "no. 59." in newest
    assert "no. 9." not in newest
    before = Comment.objects.get(text="no. 10.").pk
    assert f"before={before}" in newest
    earlier = as_owner.get(f"/t/{shared.pk}/?before={before}").text
    assert "no. 9." in earlier
    assert "no. 59." not in earlier


def test_without_scripts_the_answer_is_the_page(as_teammate, shared):
    response = say(as_teammate, shared, headers={})
    assert response.headers["Location"] == f"/t/{shared.pk}/#item-comments"
