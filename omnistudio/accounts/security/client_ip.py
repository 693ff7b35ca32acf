"""Where a request comes from, for limits that count by it."""

from __future__ import annotations

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """The address of who asks; of IPv6 the network, because one household has a whole one.

    Behind proxies it is what `TRUSTED_PROXIES` of them say; what a visitor writes into the header counts for nothing.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, PermissionDenied):
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
