"""Count what was done before there was a history, and note of each task what makes two of them the same wish."""

import hashlib
from collections import defaultdict

from django.db import migrations

from omnistudio.gallery.stats.rebuild import Rebuild

BATCH = 2000


def note_recipes(apps, schema_editor):
    Task, TaskReference = apps.get_model("gallery", "Task"), apps.get_model("gallery", "TaskReference")
    last = 0
    while True:
        rows = Task.objects.filter(pk__gt=last, recipe="").order_by("pk")
        tasks = list(rows.only("model_id", "prompt_id", "aspect_ratio")[:BATCH])
        if not tasks:
            return
        last = tasks[-1].pk
        sums = defaultdict(list)
        links = TaskReference.objects.filter(task_id__gte=tasks[0].pk, task_id__lte=last)
        for task_id, sha256 in links.values_list("task_id", "reference__sha256"):
            sums[task_id].append(sha256)
        for task in tasks:
            wish = [task.model_id, str(task.prompt_id), task.aspect_ratio, *sorted(sums[task.pk])]
            task.recipe = hashlib.sha256("|".join(wish).encode()).hexdigest()
        Task.objects.bulk_update(tasks, ["recipe"], batch_size=500)


def count(apps, schema_editor):
    Rebuild(lambda name: apps.get_model("gallery", name)).run()


class Migration(migrations.Migration):
    dependencies = [("gallery", "0005_history")]
    operations = [
        migrations.RunPython(note_recipes, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
