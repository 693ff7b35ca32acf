"""Pixels as every browser shows them: eight bits a channel, RGB or RGBA, in the colours of sRGB."""

from __future__ import annotations

import io
import logging

from PIL import Image, ImageCms

logger = logging.getLogger(__name__)

# A profile with tables for print has some hundred kB to 2 MB; a longer one is no profile to spend time on.
_MAX_PROFILE_BYTES = 4_000_000
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# The colour space that a profile speaks of, for each of the modes that it can be applied to.
_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def as_srgb(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB, or RGBA where something shows through; an embedded profile is applied and gone.

    Palettes and single bits become RGB, so that what is made smaller afterwards is smooth; 16 bits of grey are
    scaled (Pillow alone cuts them off at 255, which leaves white).
    """
    profile = image.info.get("icc_profile")
    image = in_eight_bits(image)
    if profile:
        image = _converted(image, profile)
    result = image.convert("RGBA" if image.has_transparency_data else "RGB")
    result.info.pop("icc_profile", None)
    return result


def in_eight_bits(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller smoothly, its profile kept."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # From 65535 to 255; `convert` alone would cut everything off there.
        wide = image if image.mode in ("I", "F") else image.convert("I")
        return wide.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """Turn to sRGB what the profile describes. A profile that can't be used changes nothing, as in browsers."""
    if len(profile) > _MAX_PROFILE_BYTES:
        return image
    alpha = None
    if image.mode in ("LA", "La"):
        image, alpha = image.convert("LA").getchannel("L"), image.convert("LA").getchannel("A")
    try:
        described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if str(described.profile.xcolor_space).strip() != _SPACES.get(image.mode):
            result = image
        else:
            target = "RGBA" if image.mode == "RGBA" else "RGB"
            turned = ImageCms.profileToProfile(image, described, _SRGB, outputMode=target)
            result = turned or image
    except Exception as error:  # LittleCMS says no in many ways: PyCMSError, OSError, ValueError
        logger.info("a colour profile can't be used: %s", error)
        result = image
    if alpha is not None:
        result = result.convert("RGB")
        result.putalpha(alpha)
    return result
