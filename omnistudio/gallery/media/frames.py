"""Frames of a video as a player shows them: turned, with the pixels' shape, in the right colours."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
from av.buffer import Buffer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image

from omnistudio.core.images import THUMBNAIL_SIDE

MAX_VIDEO_SIDE = 8192
# Browsers take a video that names no colours for BT.601 below so many lines, and for BT.709 from there on (Chromium,
# media/ffmpeg/ffmpeg_common.cc). FFmpeg takes each for BT.601.
_HD_LINES = 720
_NO_MATRIX, _RGB = 2, 0  # ISO/IEC 23091-2: unspecified, and no YUV at all


@dataclass(frozen=True)
class Shape:
    """How the frames of a video are shown: their size with square pixels before they are turned, and the turn."""

    across: int
    down: int
    turn: Image.Transpose | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as it is seen."""
        return _turned((self.across, self.down), self.turn)


def shape_of(stream: VideoStream, frame: VideoFrame) -> Shape:
    """The longer side grows by the pixels' shape, as in browsers; a shape beyond all bounds is none."""
    across, down = frame.width, frame.height
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if aspect > 1:
        across = round(across * aspect)
    elif 0 < aspect < 1:
        down = round(down / aspect)
    if max(across, down) > MAX_VIDEO_SIDE:
        across, down = frame.width, frame.height
    return Shape(across, down, _turn_of(frame))


def still(frame: VideoFrame, shape: Shape, side: int = 0) -> Image.Image:
    """The frame as a picture in sRGB; with `side`, at most so many pixels on its longer side."""
    shrink = min(1.0, side / max(shape.across, shape.down)) if side else 1.0
    width, height = (max(1, round(length * shrink)) for length in (shape.across, shape.down))
    rgb = frame.reformat(width, height, "rgb24", src_colorspace=_matrix_of(frame, shape))
    image = rgb.to_image()
    return image if shape.turn is None else image.transpose(shape.turn)


def small_still(frame: VideoFrame, shape: Shape) -> Image.Image:
    """The frame as small as a thumbnail; made smaller by Pillow, whose fine lines are smoother."""
    image = still(frame, shape, side=2 * THUMBNAIL_SIDE)
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return image


def _matrix_of(frame: VideoFrame, shape: Shape) -> int | None:
    """How YUV becomes RGB, where the frame does not say it itself."""
    if frame.colorspace != _NO_MATRIX:
        return None
    return Colorspace.ITU709 if shape.down >= _HD_LINES else Colorspace.ITU601


def _turn_of(frame: VideoFrame) -> Image.Transpose | None:
    """Of the display matrix (ISO/IEC 14496-12, 8.3.2) the nearest of the eight ways to lay a picture.

    (x, y) is shown at (a·x + c·y, b·x + d·y), and y points down.
    """
    matrix = frame.side_data.get("DISPLAYMATRIX")
    numbers = b"" if matrix is None else bytes(cast(Buffer, matrix))
    if len(numbers) < 20:
        return None
    a, b, _u, c, d = struct.unpack_from("=5i", numbers)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return {
            (True, True): None,
            (False, False): Image.Transpose.ROTATE_180,
            (False, True): Image.Transpose.FLIP_LEFT_RIGHT,
            (True, False): Image.Transpose.FLIP_TOP_BOTTOM,
        }[a >= 0, d >= 0]
    return {
        (True, False): Image.Transpose.ROTATE_270,
        (False, True): Image.Transpose.ROTATE_90,
        (True, True): Image.Transpose.TRANSPOSE,
        (False, False): Image.Transpose.TRANSVERSE,
    }[b > 0, c > 0]


def _turned(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    sideways = (
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
    )
    return (size[1], size[0]) if turn in sideways else size


def as_video_frame(image: Image.Image) -> VideoFrame:
    """A picture as a frame for an encoder: 4:2:0 with the colours of BT.709, and tagged with them."""
    frame = av.VideoFrame.from_image(image)
    return frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range="MPEG")
