"""Image and video files as services and phones produce them, generated here."""

from __future__ import annotations

import io
import struct
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Colorspace
from PIL import Image

P3 = ((220, 60, 40), (60, 200, 80), (50, 80, 220))
P3_IN_SRGB = ((239, 35, 17), (0, 203, 58), (40, 81, 228))
GREEN = (0, 199, 6)


def encoded(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


# ------------------------------------------------------------------ images
def corner(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """White with a red field at the top left: it tells how it lies."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 3, size[1] // 3))
    return image


def turned(format: str, orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(corner(), format, exif=exif, lossless=True)


def mpo() -> bytes:
    """A JPEG with a second image behind the first, as phones write them."""
    return encoded(corner((64, 48)), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")])


def grey16() -> bytes:
    """A ramp from 0 to 65535, left to right."""
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    return encoded(Image.fromarray(np.tile(ramp, (8, 1))), "PNG")


def profile_p3() -> bytes:
    """A colour profile (ICC.1:2010) with the primaries of Display P3 and the curve of sRGB."""

    def xyz(*numbers: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(number * 65536) for number in numbers))

    words = b"P3 of a test"
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    curve = b"para\0\0\0\0\0\3\0\0" + struct.pack(">5i", *(round(number * 65536) for number in numbers))
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    body, table, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", 0, b"none", 0x04200000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    whole = head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def p3(format: str, mode: str = "RGB") -> bytes:
    """Three fields side by side, whose numbers mean other colours than in sRGB."""
    image = Image.new("RGB", (96, 32))
    for number, colour in enumerate(P3):
        image.paste(colour, (number * 32, 0, number * 32 + 32, 32))
    options = {"quality": 100, "subsampling": 0} if format == "JPEG" else {"lossless": True}
    return encoded(image.convert(mode), format, icc_profile=profile_p3(), **options)


def lines(mode: str) -> bytes:
    """Lines of one pixel, black and white in turn, as a palette or single bits: small they are grey."""
    stripes = (np.indices((1024, 1024)).sum(0) % 2 * 255).astype(np.uint8)
    return encoded(Image.fromarray(stripes).convert(mode), "PNG")


def many_scans(count: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A progressive JPEG whose last scan is there `count` times more."""
    content = encoded(Image.new("RGB", size, "#2f7d6e"), "JPEG", progressive=True)
    at = content.rindex(b"\xff\xda")
    return content[:at] + content[at:-2] * (count + 1) + b"\xff\xd9"


# ------------------------------------------------------------------ videos
def film(
    frames: list[Image.Image] | None = None,
    *,
    format: str = "mp4",
    codec: str = "libx264",
    shape: Fraction = Fraction(1),
    matrix: Colorspace = Colorspace.ITU601,
    container: dict[str, str] | None = None,
    rate: int = 12,
) -> bytes:
    """A video of these images, untagged; `matrix` is how its colours are written, `shape` that of its pixels."""
    frames = frames or [corner((160, 96))] * rate
    with tempfile.NamedTemporaryFile() as file:
        with av.open(file.name, "w", format=format, options=container or {}) as out:
            stream = out.add_stream(codec, rate=rate, options={"crf": "12"} if codec == "libx264" else {})
            stream.width, stream.height, stream.pix_fmt = *frames[0].size, "yuv420p"
            stream.codec_context.sample_aspect_ratio = shape
            for picture in frames:
                frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p", dst_colorspace=matrix)
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        return Path(file.name).read_bytes()


def laid(content: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """An MP4 with another display matrix (ISO/IEC 14496-12, 8.3.2)."""
    at = content.index(b"tkhd") + 4 + 40
    one = 65536
    matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    return content[:at] + matrix + content[at + 36 :]


def fade_in() -> bytes:
    """Frames that are black at first, then slowly an image."""
    picture = Image.linear_gradient("L").resize((160, 96)).convert("RGB")
    return film([Image.blend(Image.new("RGB", (160, 96)), picture, min(1.0, n / 12)) for n in range(24)])


def sound(format: str, codec: str, rate: int = 48_000) -> bytes:
    """Two seconds of a tone."""
    tone = (np.sin(np.arange(rate * 2) / 20) * 9000).astype(np.int16).reshape(1, -1)
    with tempfile.NamedTemporaryFile() as file:
        with av.open(file.name, "w", format=format) as out:
            stream = out.add_stream(codec, rate=rate, layout="mono")
            frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
            frame.sample_rate = rate
            size = stream.codec_context.frame_size or 1024
            resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=size)
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(part))
            out.mux(stream.encode(None))
        return Path(file.name).read_bytes()


def claims_samples(content: bytes, count: int) -> bytes:
    """An MP4 whose index says that each of `count` samples has one byte, all of them in one piece."""
    sizes, chunks, data = content.index(b"stsz"), content.index(b"stsc"), bytearray(content)
    data[sizes + 8 : sizes + 16] = struct.pack(">II", 1, count)
    data[chunks + 16 : chunks + 20] = struct.pack(">I", count)
    return bytes(data)
