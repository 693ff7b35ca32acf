"""Files that come compressed although no compression was requested."""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
import zlib

import pytest

from omnistudio.core.fetch.content_encoding import PIECE, Unpacker
from omnistudio.core.fetch.safe_fetch import Fetched, FetchError, fetch
from tests.conftest import picture
from tests.scripted_service import PNG, Behaviour, ScriptedService, answer, trickle, truncated

LARGE = picture(size=(400, 300)) + bytes(range(256)) * 2_000


@pytest.fixture
def service():
    with ScriptedService() as scripted:
        yield scripted


def get(service: ScriptedService, behaviour: Behaviour, max_bytes: int = 1_000_000) -> tuple[Fetched, bytes]:
    into, url = io.BytesIO(), service.on_file("a.png", behaviour)
    host = service.url.removeprefix("http://")
    return fetch(url, into, max_bytes=max_bytes, seconds=10, private_hosts=[host]), into.getvalue()


def bare(content: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("gzip", gzip.compress(LARGE)),
        ("x-gzip", gzip.compress(LARGE)),
        ("GZip, identity", gzip.compress(LARGE)),
        ("aws-chunked,gzip", gzip.compress(LARGE)),
        ("deflate", zlib.compress(LARGE)),
        ("deflate", bare(LARGE)),
        ("gzip", gzip.compress(LARGE[:9_000]) + gzip.compress(LARGE[9_000:])),
        ("gzip", gzip.compress(LARGE) + bytes(512)),
        ("gzip", LARGE),
        ("aws-chunked", LARGE),
        ("utf-8", LARGE),
    ],
    ids=["gzip", "x-gzip", "names", "object store", "deflate", "bare deflate", "two in one", "padded",
         "not gzip at all", "no compression", "nonsense"],
)  # fmt: skip
def test_a_decompressed_file_is_stored_unchanged(service, header, sent):
    fetched, content = get(service, answer(sent, content_encoding=header))
    assert content == LARGE
    assert fetched == Fetched(len(LARGE), hashlib.sha256(LARGE).hexdigest())


def test_a_file_that_comes_in_drops_is_unpacked(service):
    behaviour = trickle(gzip.compress(PNG), 0.001)

    async def packed(exchange):
        send = exchange.send
        exchange.send = lambda content, **options: send(content, headers={"content-encoding": "gzip"}, **options)
        await behaviour(exchange)

    assert get(service, packed)[1] == PNG


def test_a_bomb_stops_at_the_bound(service):
    """500 MB in half a megabyte: neither unpacked to its end nor held in memory."""
    deflater = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(deflater.compress(bytes(1_000_000)) for _ in range(500)) + deflater.flush()
    assert len(bomb) < 600_000
    into, url = io.BytesIO(), service.on_file("a.png", answer(bomb, content_encoding="gzip"))
    tracemalloc.start()
    with pytest.raises(FetchError, match="larger than 1 MB") as caught:
        fetch(url, into, max_bytes=1_000_000, seconds=10, private_hosts=[service.url.removeprefix("http://")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.permanent
    assert into.tell() <= 1_000_000
    assert peak < 12_000_000


def test_a_decompression_bomb_stops_at_the_limit(service):
    nothing = gzip.compress(b"") * 5_000  # 100 kB of members without a byte in them

    def without_length(times: int) -> Behaviour:
        async def behave(exchange):
            await exchange.read()
            exchange.over = True
            exchange.writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
            for _ in range(times):
                exchange.writer.write(nothing)
                await exchange.writer.drain()

        return behave

    assert get(service, without_length(9))[1] == b""
    with pytest.raises(FetchError, match="larger than 1 MB"):
        get(service, without_length(11))


@pytest.mark.parametrize("header", ["br", "zstd", "gzip, gzip", "gzip, br", "compress"])
def test_undecodable_content_is_reported(service, header):
    with pytest.raises(FetchError, match=f"compressed as “{header}”") as caught:
        get(service, answer(PNG, content_encoding=header))
    assert caught.value.permanent


def test_a_file_that_breaks_off_is_no_file(service):
    half = gzip.compress(LARGE)[:2_000]
    for behaviour in (answer(half, content_encoding="gzip"), truncated(half, 4_000, content_encoding="gzip")):
        with pytest.raises(FetchError, match="was interrupted"):
            get(service, behaviour)


@pytest.mark.parametrize("header", ["gzip", "deflate"])
def test_a_damaged_file_is_called_that(service, header):
    sent = bytearray((gzip if header == "gzip" else zlib).compress(LARGE))
    sent[-4] ^= 1  # its length, or its sum
    with pytest.raises(FetchError, match="is damaged") as caught:
        get(service, answer(bytes(sent), content_encoding=header))
    assert not caught.value.permanent


def test_no_piece_is_large():
    unpacker = Unpacker("gzip")
    sizes = [len(piece) for piece in unpacker.pieces(gzip.compress(bytes(10_000_000)))]
    assert max(sizes) <= PIECE
    assert sum(sizes) == 10_000_000
    assert unpacker.is_whole


def test_bytes_after_the_end_are_dropped() -> None:
    unpacker = Unpacker("gzip")
    chunk = bytes(64 * 1024)
    got = b"".join(unpacker.pieces(gzip.compress(b"a picture") + b"junk"))
    for _ in range(400):
        got += b"".join(unpacker.pieces(chunk))
    assert got == b"a picture"
    assert unpacker.is_whole
    assert len(unpacker._inflater.unused_data) < 100


def test_a_second_part_is_read_wherever_the_pieces_are_cut() -> None:
    whole = gzip.compress(b"one ") + gzip.compress(b"two")
    for cut in range(1, len(whole)):
        unpacker = Unpacker("gzip")
        got = b"".join(piece for part in (whole[:cut], whole[cut:]) for piece in unpacker.pieces(part))
        assert got == b"one two", cut
