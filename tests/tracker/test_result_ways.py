"""A result that lies beyond a company's proxy, behind a company's certificates, or comes compressed."""

from __future__ import annotations

import gzip

import pytest

from omnistudio.core.fetch import safe_fetch
from tests.conftest import picture, read
from tests.scripted_service import answer, task
from tests.servers import FileServer, Proxy
from tests.tls import Authority
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "results.omni.invalid"  # no name server knows it: the proxy alone does


@pytest.fixture(autouse=True)
def _certificates_are_read_anew():
    safe_fetch._tls.cache_clear()
    yield
    safe_fetch._tls.cache_clear()


def test_a_result_comes_through_the_proxy_with_the_certificate_of_a_company(
    service, monkeypatch, tmp_path, make_task, as_owner
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    service.on_get(then=task(3, image_url=f"https://{HOST}/a.png"))
    with (
        FileServer(picture(), tls=authority.server(HOST)) as files,
        Proxy({HOST: ("127.0.0.1", files.port)}) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        made = make_task()
        track()
        words = card(as_owner, made)
        assert f"{HOST} presented a certificate that this machine does not trust" in words
        assert "The operator can name the certificate authority’s file in SSL_CERT_FILE." in words

        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        safe_fetch._tls.cache_clear()
        track_again()
        assert now(made).status == "succeeded"
        assert set(proxy.asked) == {f"CONNECT {HOST}:443 HTTP/1.1"}
    assert service.charges == 1


def test_a_compressed_result_is_decoded(service, make_task, as_owner) -> None:
    content = picture()
    service.on_file("result.png", answer(gzip.compress(content), content_encoding="gzip"))
    made = make_task()
    track()
    assert now(made).status == "succeeded"
    assert made.bytes == len(content)
    assert read(as_owner.get(made.file_url)) == content
