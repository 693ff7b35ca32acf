"""Stop the share links that show nothing any more, now that a link shows only what its maker may share.

Links show what their makers share now; those that show something still go on, with less where it must be less. The
others are revoked, and their makers and the owners of the teams are told how many. One transaction: a run that was
interrupted has done nothing and begins anew. It looks at links that work, of which there are few.
"""

from collections import Counter, defaultdict

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

CHANGING = ("owner", "member")
BATCH = 500


def stop(apps, schema_editor):
    ShareLink, StoppedLinks = apps.get_model("gallery", "ShareLink"), apps.get_model("gallery", "StoppedLinks")
    now = timezone.now()
    links = ShareLink.objects.filter(without_rights(apps), revoked_at=None).exclude(expires_at__lte=now)
    columns = ("pk", "owner_id", "collection_id", "collection__team_id", "task__team_id")
    found = list(links.order_by("pk").values_list(*columns))
    makers, teams = Counter(), defaultdict(set)
    of_collection = teams_of_collections(apps, [collection for *_, collection, _of, _task in found if collection])
    for pk, maker, collection, of_team, of_task in found:
        makers[maker] += 1
        for team in {of_team, of_task} - {None} or of_collection[collection]:
            teams[team].add((pk, maker))
    for start in range(0, len(found), BATCH):
        ShareLink.objects.filter(pk__in=[row[0] for row in found[start : start + BATCH]]).update(revoked_at=now)
    told = [StoppedLinks(user_id=maker, number=number) for maker, number in makers.items()]
    for owner, team in apps.get_model("accounts", "Membership").objects.filter(
        team__in=list(teams), role="owner"
    ).values_list("user_id", "team_id"):
        number = sum(maker != owner for _pk, maker in teams[team])  # of their own they are told already
        told += [StoppedLinks(user_id=owner, team_id=team, number=number)] if number else []
    StoppedLinks.objects.bulk_create(told, batch_size=BATCH)


def without_rights(apps):
    """Links to another person's item, to a team's collection by who may not share there, and to a collection that has
    works of which its maker may share none."""
    Membership, CollectionItem = apps.get_model("accounts", "Membership"), apps.get_model("gallery", "CollectionItem")
    sharing = Membership.objects.filter(role__in=CHANGING)
    here = sharing.filter(user_id=OuterRef("owner_id"), team_id=OuterRef("collection__team_id"))
    there = sharing.filter(user_id=OuterRef(OuterRef("owner_id")), team_id=OuterRef("task__team_id"))
    works = CollectionItem.objects.filter(
        collection_id=OuterRef("collection_id"), task__deleted_at=None, task__status="succeeded"
    ).exclude(task__file="")
    of_team = works.filter(Exists(there), task__team_id=OuterRef("collection__team_id"))
    of_person = works.filter(Q(task__owner_id=OuterRef("owner_id")) | Exists(there))
    is_of_team = Q(collection__team__isnull=False)
    nothing = Q(is_of_team, ~Exists(of_team)) | Q(~is_of_team, ~Exists(of_person))
    return (
        (Q(task__isnull=False) & ~Q(task__owner_id=F("owner_id")))
        | (is_of_team & ~Exists(here))
        | (Q(collection__isnull=False) & Exists(works) & nothing)
    )


def teams_of_collections(apps, collections):
    """By collection, the teams that what is in it is shared with."""
    teams = defaultdict(set)
    items = apps.get_model("gallery", "CollectionItem").objects.filter(task__team__isnull=False, task__deleted_at=None)
    for start in range(0, len(collections), BATCH):
        rows = items.filter(collection_id__in=collections[start : start + BATCH])
        for collection, team in rows.values_list("collection_id", "task__team_id").distinct():
            teams[collection].add(team)
    return teams


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_teams"),
        ("gallery", "0009_search_fold"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="StoppedLinks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.RunPython(stop, migrations.RunPython.noop),
    ]
