"""Find out where a request comes from, for the rate limits by client address."""

from __future__ import annotations

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """Return the client's IPv4 address, its IPv6 network (/64), or "unknown".

    IPv6 is counted by network because one household has a whole /64. Behind proxies the address is taken from the
    forwarding header as the number of proxies in `TRUSTED_PROXIES` allows; what the visitor wrote into it is ignored.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, PermissionDenied):
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
