"""A digest of each prompt's fold, empty until the row is filled: the tracker does that while the studio is open, or
`manage.py fold_prompts` at once. Presets are few; they are folded anew here."""

from django.db import migrations, models

from omnistudio.gallery.folding import folded

BATCH = 500


def fold_presets(apps, schema_editor):
    Preset, last = apps.get_model("gallery", "Preset"), 0
    while presets := list(Preset.objects.filter(pk__gt=last).order_by("pk").only("name", "text", "search_text")[:BATCH]):
        last = presets[-1].pk
        for preset in presets:
            preset.search_text = folded(f"{preset.name}\n{preset.text}")
        Preset.objects.bulk_update(presets, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("gallery", "0008_outputs")]
    operations = [
        migrations.AddField(
            model_name="prompt",
            name="fold_digest",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(fields=["fold_digest"], name="prompt_fold"),
        ),
        migrations.RunPython(fold_presets, migrations.RunPython.noop),
    ]
