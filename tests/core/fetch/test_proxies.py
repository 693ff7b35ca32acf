"""How a download leaves: by the proxy and the certificates of the environment, to every address in turn."""

from __future__ import annotations

import io
import socket
import time

import pytest

from omnistudio.core.fetch import addresses, safe_fetch
from omnistudio.core.fetch.safe_fetch import FetchError
from omnistudio.openapi_client import OpenAPIClient
from tests.conftest import KEY
from tests.openapi_client.helpers import create
from tests.scripted_service import PNG, ScriptedService, redirect
from tests.servers import FileServer, Proxy
from tests.tls import Authority

HOST = "cdn.example.com"


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def environment(monkeypatch):
    """Set variables of the environment; what was read from it before is forgotten, before and after."""

    def put(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        safe_fetch._tls.cache_clear()

    put()
    yield put
    monkeypatch.undo()
    safe_fetch._tls.cache_clear()


@pytest.fixture
def names(monkeypatch):
    """A name server: `names["cdn.example.com"] = ["93.184.216.34"]`; it knows no other names."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host, port, *arguments, **options):
        text = host.decode() if isinstance(host, bytes) else host
        if text not in known:
            if text.replace(".", "").isdigit() or ":" in text:
                return real(host, port, *arguments, **options)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        families = [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in known[text]]
        return [(family, socket.SOCK_STREAM, 6, "", (one, port)) for family, one in families]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def get(url: str, allowed: tuple[str, ...] = (), seconds: float = 5.0, setting: str = "") -> bytes:
    into = io.BytesIO()
    safe_fetch.fetch(url, into, max_bytes=1_000_000, seconds=seconds, private_hosts=allowed, setting=setting)
    return into.getvalue()


def refusal(url: str, **options) -> str:
    with pytest.raises(FetchError) as caught:
        get(url, **options)
    return str(caught.value)


# ------------------------------------------------------------------ proxies
@pytest.mark.parametrize("knows", [True, False], ids=["the name is known here", "the proxy alone knows the name"])
def test_a_file_of_the_web_comes_through_the_proxy(environment, names, knows):
    if knows:
        names[HOST] = ["93.184.216.34"]
    with FileServer(PNG) as server, Proxy({HOST: ("127.0.0.1", server.port)}) as proxy:
        environment(HTTP_PROXY=proxy.url)
        assert get(f"http://{HOST}/a.png") == PNG
        assert proxy.asked == [f"GET http://{HOST}/a.png HTTP/1.1"]
        assert server.hosts == [HOST]


def test_name_servers_that_are_out_of_reach_do_not_keep_the_proxy_waiting(environment, monkeypatch):
    real = socket.getaddrinfo

    def look_up(host, *arguments, **options):
        if host == HOST:
            time.sleep(1)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(safe_fetch, "LOOKUP_SECONDS", 0.1)
    with FileServer(PNG) as server, Proxy({HOST: ("127.0.0.1", server.port)}) as proxy:
        environment(HTTP_PROXY=proxy.url)
        assert get(f"http://{HOST}/a.png", seconds=0.9) == PNG


def test_a_file_by_https_comes_through_a_tunnel_with_the_certificate_of_its_host(environment, names, authority):
    with (
        FileServer(PNG, tls=authority.server(HOST)) as server,
        Proxy({HOST: ("127.0.0.1", server.port)}) as proxy,
    ):
        environment(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=str(authority.file))
        assert get(f"https://{HOST}/a.png") == PNG
        assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


def test_a_certificate_behind_a_proxy_is_checked(environment, names, authority):
    with (
        FileServer(PNG, tls=authority.server("other.example.com")) as server,
        Proxy({HOST: ("127.0.0.1", server.port)}) as proxy,
    ):
        environment(ALL_PROXY=proxy.url, SSL_CERT_FILE=str(authority.file))
        assert f"{HOST} presented a certificate" in refusal(f"https://{HOST}/a.png")


@pytest.mark.parametrize(
    "exempt", [HOST, "example.com", ".example.com", f"{HOST}:80", "other.example, example.com", "*"]
)
def test_hosts_in_no_proxy_are_reached_directly(environment, names, exempt):
    names[HOST] = ["127.0.0.1"]
    with FileServer(PNG) as server, Proxy({}) as proxy:
        environment(HTTP_PROXY=proxy.url, NO_PROXY=exempt.replace(":80", f":{server.port}"))
        assert get(f"http://{HOST}:{server.port}/a.png", allowed=(HOST,)) == PNG
        assert proxy.asked == []


def test_localhost_and_no_proxy_networks_are_reached_directly(environment):
    with FileServer(PNG) as server, Proxy({}) as proxy:
        environment(HTTP_PROXY=proxy.url)
        assert get(f"http://127.0.0.1:{server.port}/a.png", allowed=("127.0.0.1",)) == PNG
        environment(NO_PROXY="10.0.0.0/8,192.0.2.0/24")
        refusal("http://192.0.2.7/a.png", allowed=("192.0.2.7",), seconds=0.5)
        assert proxy.asked == []
        refusal("http://198.51.100.7/a.png", allowed=("198.51.100.7",), seconds=0.5)
        assert proxy.asked == ["GET http://198.51.100.7/a.png HTTP/1.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/",
        "http://0xa.1/", "http://intranet/", "http://printer.local/", "http://metadata.internal./", "https://wiki.corp/",
        "http://inside.example.com/",
    ],
)  # fmt: skip
def test_private_hosts_are_never_requested_through_a_proxy(environment, names, url):
    """Also where the studio can't resolve the name: a proxy reaches further than its machines."""
    names["inside.example.com"] = ["10.0.0.1"]
    with Proxy({}) as proxy:
        environment(ALL_PROXY=proxy.url)
        assert "private network" in refusal(url)
        assert proxy.asked == []


def test_a_redirect_behind_a_proxy_is_looked_at_like_the_first_address(environment, names):
    with ScriptedService() as service:
        service.on_file("a.png", redirect("http://10.0.0.1/secret"))
        with Proxy({HOST: ("127.0.0.1", int(service.url.rpartition(":")[2]))}) as proxy:
            environment(HTTP_PROXY=proxy.url)
            assert "10.0.0.1 is an address inside a private network" in refusal(f"http://{HOST}/files/a.png")
            assert len(proxy.asked) == 1


def test_a_proxy_that_refuses_or_is_away_is_named(environment, names):
    with Proxy({}, refuses=True) as proxy:
        environment(HTTPS_PROXY=proxy.url)
        assert f"proxy did not connect it to {HOST} (403 Forbidden)" in refusal(f"https://{HOST}/a.png")
    assert "proxy does not answer" in refusal(f"https://{HOST}/a.png")


def test_the_api_client_goes_the_same_way(environment, names):
    with ScriptedService() as service:
        port = int(service.url.rpartition(":")[2])
        with Proxy({"api.example.com": ("127.0.0.1", port)}) as proxy:
            environment(HTTP_PROXY=proxy.url, NO_PROXY="elsewhere.example.com")
            assert create("http://api.example.com").task_id
            assert proxy.asked == ["POST http://api.example.com/api/v1/tasks/create HTTP/1.1"]
            environment(NO_PROXY=".example.com")
            names["api.example.com"] = ["127.0.0.1"]
            assert create(f"http://api.example.com:{port}").task_id
            assert len(proxy.asked) == 1


def test_an_invalid_proxy_is_reported(environment):
    environment(HTTPS_PROXY="gopher://proxy.example.com")
    with pytest.raises(ValueError, match="proxy"):
        OpenAPIClient("https://api.example.com", KEY)


# ------------------------------------------------------------------ certificates
def test_an_authority_of_ones_own_is_trusted_for_downloads(environment, names, authority):
    names[HOST] = ["127.0.0.1"]
    with FileServer(PNG, tls=authority.server(HOST)) as server:
        url = f"https://{HOST}:{server.port}/a.png"
        said = refusal(url, allowed=(HOST,))
        assert said.startswith(f"{HOST} presented a certificate that this machine does not trust (")
        assert "SSL_CERT_FILE" in said
        environment(SSL_CERT_FILE=str(authority.file))
        assert get(url, allowed=(HOST,)) == PNG
        assert server.hosts == [f"{HOST}:{server.port}"]


@pytest.mark.parametrize(
    ("host", "days", "why"), [("other.example.com", 30, "Hostname mismatch"), (HOST, -5, "expired")]
)
def test_an_unfixable_certificate_is_reported_without_a_setting(environment, names, authority, host, days, why):
    names[HOST] = ["127.0.0.1"]
    environment(SSL_CERT_FILE=str(authority.file))
    with FileServer(PNG, tls=authority.server(host, days=days)) as server:
        said = refusal(f"https://{HOST}:{server.port}/a.png", allowed=(HOST,))
        assert "certificate that this machine does not trust" in said
        assert why in said
        assert "SSL_CERT_FILE" not in said


@pytest.mark.parametrize("variables", [{"SSL_CERT_FILE": "/nowhere/ca.pem"}, {"ALL_PROXY": "gopher://p"}])
def test_settings_that_were_right_at_the_start_only_are_no_error_page(environment, as_owner, variables):
    environment(**variables)
    answer = as_owner.post("/references/", {"url": f"https://{HOST}/a.png"})
    assert answer.status_code == 422
    assert "manage.py check" in answer.text


def test_a_port_that_speaks_no_tls_is_called_that(names):
    names[HOST] = ["127.0.0.1"]
    with FileServer(PNG) as server:
        said = refusal(f"https://{HOST}:{server.port}/a.png", allowed=(HOST,))
        assert said.startswith(f"No secure connection to {HOST} could be made (")


def test_a_port_that_says_nothing_is_no_fault_of_tls(names):
    names[HOST] = ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://{HOST}:{silent.getsockname()[1]}/a.png"
        assert refusal(url, allowed=(HOST,), seconds=0.5) == f"{HOST} does not answer."


# ------------------------------------------------------------------ addresses
@pytest.mark.parametrize("order", [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]])
@pytest.mark.parametrize("listens", ["::1", "127.0.0.1"])
def test_each_address_of_a_name_is_tried(names, order, listens):
    names["localhost"] = order
    with FileServer(PNG, listens) as server:
        host = f"localhost:{server.port}"
        assert get(f"http://{host}/a.png", allowed=(host,)) == PNG
        assert server.hosts == [host]


def test_an_unresponsive_address_leaves_time_for_the_next(names):
    """A black hole, which takes no connection and refuses none: it must not eat up the whole time."""
    with FileServer(PNG) as server, socket.create_server(("127.0.0.2", server.port), backlog=0) as hole:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(hole.getsockname())
        names["two.example"] = ["127.0.0.2", "127.0.0.1"]
        assert get(f"http://two.example:{server.port}/a.png", allowed=("two.example",), seconds=3) == PNG
        for one in waiting:
            one.close()


def test_a_certificate_of_one_address_says_more_than_the_closed_port_of_another(names, authority):
    names[HOST] = ["127.0.0.1", "127.0.0.3"]
    with FileServer(PNG, tls=authority.server(HOST)) as server:
        assert "presented a certificate" in refusal(f"https://{HOST}:{server.port}/a.png", allowed=(HOST,))


def test_ipv4_and_ipv6_addresses_alternate():
    found = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3", "::9"]
    turns = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3", "192.0.2.3"]
    assert addresses.in_turn(found) == turns
    assert addresses.in_turn(["192.0.2.1"]) == ["192.0.2.1"]


# ------------------------------------------------------------------ hosts that the operator allows
def test_the_setting_that_would_allow_a_host_is_named(names):
    with FileServer(PNG) as server:
        url = f"http://127.0.0.1:{server.port}/a.png"
        said = refusal(url, setting="RESULT_HOSTS")
        assert said.endswith(f"The operator can allow it with RESULT_HOSTS=127.0.0.1:{server.port}.")
        assert get(url, allowed=(said.rpartition("=")[2].rstrip("."),)) == PNG
        assert "allow" not in refusal(url)


@pytest.mark.parametrize("allowed", ["::1", "[::1]", "[::1]:{port}", " [::1]:{port} ", "::1:{port}"])
def test_an_ipv6_host_is_allowed_in_every_spelling(allowed):
    with FileServer(PNG, "::1") as server:
        assert get(f"http://[::1]:{server.port}/a.png", allowed=(allowed.format(port=server.port),)) == PNG
