"""The checks of proxies, certificates and private hosts: what they see before anything is paid."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from django.test import override_settings

from omnistudio.core import network_checks
from tests.security.test_deployment import manage
from tests.tls import Authority

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def ids(check) -> list[str]:
    messages = check(None)
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_a_file_of_certificates_is_one(monkeypatch, tmp_path):
    check = network_checks.certificates_can_be_read
    assert ids(check) == []
    (tmp_path / "empty.pem").write_text("not a certificate")
    for name in ("missing.pem", "empty.pem", "."):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        assert ids(check) == ["omnistudio.E021"], name
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path).file))
    assert ids(check) == []


def test_a_folder_of_certificates_has_some(monkeypatch, tmp_path):
    check = network_checks.certificates_can_be_read
    file = Authority(tmp_path).file
    for folder in (tmp_path / "missing", tmp_path):
        monkeypatch.setenv("SSL_CERT_DIR", str(folder))
        assert ids(check) == ["omnistudio.E022"]
    if openssl := shutil.which("openssl"):
        subprocess.run([openssl, "rehash", str(tmp_path)], check=True, capture_output=True)
    else:
        file.rename(tmp_path / "0123abcd.0")
    assert ids(check) == []
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/nowhere", str(tmp_path)]))
    assert ids(check) == []


@pytest.mark.parametrize("value", ["proxy.example.com:3128", "http://user:secret@proxy.example.com", "https://p:1"])
def test_a_proxy_is_used(monkeypatch, value):
    monkeypatch.setenv("ALL_PROXY", value)
    assert ids(network_checks.proxies_can_be_used) == []


@pytest.mark.parametrize("value", ["gopher://proxy", "http://", "http://me:secret@proxy:port", "socks4://proxy:1"])
def test_an_invalid_proxy_is_an_error_that_does_not_quote_it(monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)
    (message,) = network_checks.proxies_can_be_used(None)
    assert message.id == "omnistudio.E023"
    assert "HTTPS_PROXY" in message.msg
    assert "secret" not in message.msg + message.hint


@pytest.mark.parametrize(
    ("url", "variables", "seen"),
    [
        ("http://127.0.0.1:8000", {"HTTP_PROXY": "p:1", "HTTPS_PROXY": "p:1"}, []),
        ("https://api.example.com", {}, []),
        ("https://api.example.com", {"ALL_PROXY": "p:1"}, []),
        ("https://api.example.com", {"HTTP_PROXY": "p:1", "HTTPS_PROXY": "p:1"}, []),
        ("https://api.example.com", {"HTTPS_PROXY": "p:1"}, ["omnistudio.W022"]),
        ("https://api.example.com", {"HTTP_PROXY": "p:1"}, ["omnistudio.W022"]),
        ("http://10.0.0.5:9000", {"HTTP_PROXY": "p:1", "HTTPS_PROXY": "p:1"}, ["omnistudio.W021"]),
        ("http://api.internal", {"ALL_PROXY": "p:1"}, ["omnistudio.W021"]),
        ("http://10.0.0.5:9000", {"ALL_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"}, []),
        ("http://api.internal", {"ALL_PROXY": "p:1", "NO_PROXY": "internal"}, []),
    ],
)
def test_the_way_to_the_service_and_to_its_results_is_looked_at(monkeypatch, url, variables, seen):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with override_settings(OMNI_API_URL=url):
        assert ids(network_checks.the_service_and_its_results_go_one_way) == seen


@pytest.mark.parametrize("host", ["minio.lan", "minio.lan:9000", "10.0.0.5", "[::1]:9000", "fd00::1", "ไทย.lan"])
def test_a_private_host_is_a_host(settings, host):
    settings.RESULT_HOSTS = [host]
    assert ids(network_checks.private_hosts_are_hosts) == []


@pytest.mark.parametrize("host", ["http://minio.lan", "minio.lan/", "*.lan", "", "minio.lan:port", "a@b", "a b"])
@pytest.mark.parametrize("setting", ["RESULT_HOSTS", "OPENAPI_PRIVATE_HOSTS"])
def test_a_host_that_can_never_match_is_an_error(settings, setting, host):
    if setting == "RESULT_HOSTS":
        settings.RESULT_HOSTS = [host]
    else:
        settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "PRIVATE_HOSTS": [host]}
    (message,) = network_checks.private_hosts_are_hosts(None)
    assert message.id == "omnistudio.E024"
    assert setting in message.msg


@pytest.mark.slow
def test_no_process_starts_with_certificates_that_are_missing(tmp_path):
    said = {"SSL_CERT_FILE": str(tmp_path / "missing.pem"), "OMNI_API_URL": "https://api.example.com"}
    for name in ("migrate", "createcachetable"):
        assert manage(tmp_path, name, "-v0").returncode == 0
    done = manage(tmp_path, "track", "--once", **said)
    assert done.returncode != 0
    assert "omnistudio.E021" in done.stderr
