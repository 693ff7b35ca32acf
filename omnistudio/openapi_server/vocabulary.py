"""Translatable texts about the drawing engine, which itself has no translations.

These are the words that it recognises in a prompt, for the page that explains them, and its reasons for failures.
Tests check both against the engine.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

SCENES = _(
    "mountains, forest, flowers, dunes, sea, city, northern lights, lanterns, planet, vase, ink painting, "
    "paper cut, poster, silk, marble"
)
LIGHTS = _("dawn, noon, golden hour, sunset, night")
WEATHER = _("mist, rain, snow, storm")
MOODS = _("pastel, black and white, neon, vivid, vintage, dark")
COLOURS = _("red, orange, gold, yellow, green, celadon, teal, blue, indigo, violet, pink, brown, white, black, grey")

GROUPS = (
    (_("Scene"), SCENES),
    (pgettext_lazy("of a scene", "Light"), LIGHTS),
    (_("Weather"), WEATHER),
    (_("Mood"), MOODS),
    (_("Colour"), COLOURS),
)

# Translated when a job fails with it.
REASONS = (gettext_noop("The prompt asked for a failure: it contains [[fail]]. Remove it to get a result."),)
