"""Items side by side, and what differs between them."""

import pytest

from omnistudio.gallery.items.compare import asked_ids, compare
from omnistudio.gallery.sharing import services as sharing


def test_two_images_of_one_ratio_have_a_slider_and_a_table(as_owner, make_item):
    one, other = make_item(credits=15, file="a.png"), make_item(prompt="a jade bowl", credits=15, file="b.png")
    text = as_owner.get(f"/compare/?ids={one.pk},{other.pk}").text
    assert 'id="compare-slider"' in text
    assert "≠" in text
    assert "a jade bowl" in text
    assert text.index("What differs") < text.index("parameters are the same")


def test_ids_may_come_one_by_one(as_owner, make_item):
    one, other = make_item(), make_item()
    assert as_owner.get(f"/compare/?ids={one.pk}&ids={other.pk}").status_code == 200


@pytest.mark.parametrize(
    "fields", [{"width": 100, "height": 200}, {"kind": "video"}, {"file": "", "status": "failed"}]
)
def test_a_slider_fits_two_images_of_one_ratio_only(owner, make_item, fields):
    one, other = make_item(file="a.png"), make_item(file="b.png")
    assert compare(owner, [one.pk, other.pk]).can_slide
    type(other).objects.filter(pk=other.pk).update(**fields)
    assert not compare(owner, [one.pk, other.pk]).can_slide
    assert not compare(owner, [one.pk, other.pk, make_item().pk]).can_slide


def test_only_values_that_differ_are_marked(owner, make_item):
    ids = [make_item(credits=credits).pk for credits in (15, 15, 60)]
    rows = {row.key: row for row in compare(owner, ids).rows}
    assert [cell.differs for cell in rows["credits"].cells] == [False, False, True]
    assert rows["model"].is_same
    two = {row.key: row for row in compare(owner, ids[1:]).rows}
    assert [cell.differs for cell in two["credits"].cells] == [True, True]


def test_invisible_items_are_left_out_and_the_page_says_so(as_teammate, owner, team, make_item):
    one, other, private = make_item(), make_item(), make_item(prompt="a secret")
    sharing.share(owner, [one.pk, other.pk], team)
    text = as_teammate.get(f"/compare/?ids={one.pk},{private.pk},{other.pk}").text
    assert "1 item was skipped: it no longer exists, or you don’t have access." in text
    assert "a secret" not in text
    assert f"/media/{private.pk}/" not in text


def test_a_stranger_sees_nothing_and_a_visitor_signs_in(as_stranger, client, make_item):
    one, other = make_item(), make_item()
    assert as_stranger.get(f"/compare/?ids={one.pk},{other.pk}").status_code == 404
    assert client.get(f"/compare/?ids={one.pk},{other.pk}").status_code == 302


def test_at_most_eight_items_are_compared(as_owner, make_item):
    ids = [make_item().pk for _ in range(10)]
    text = as_owner.get(f"/compare/?ids={','.join(map(str, ids))}").text
    assert "8 items" in text
    assert "2 more are not shown" in text


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=x,-1,,", "?ids=%00"])
def test_without_valid_ids_the_page_asks_to_choose(as_owner, query):
    assert "Choose two or more items" in as_owner.get(f"/compare/{query}").text


@pytest.mark.parametrize("query", ["?ids=999,998", "?ids=" + "9" * 18])
def test_missing_items_are_404(as_owner, query):
    assert as_owner.get(f"/compare/{query}").status_code == 404


def test_ids_are_read_in_order_and_once():
    assert asked_ids(["3,1", "3", "x", " 2 ", "9" * 30]) == [3, 1, 2]


def test_the_number_of_queries_does_not_grow(
    owner,
    make_item,
    django_assert_num_queries,
):
    ids = [make_item().pk for _ in range(8)]
    with django_assert_num_queries(1):
        assert compare(owner, ids).rows
