"""A certificate authority of one's own, and contexts of servers that it vouches for."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority that no machine trusts by default; `file` has its certificate in PEM."""

    def __init__(self, folder: Path, name: str = "Company CA") -> None:
        self.folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        about = _certificate(self._name, self._name, self._key.public_key())
        about = about.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        about = about.add_extension(usage, critical=True)
        self._certificate = about.sign(self._key, hashes.SHA256())
        self.file = folder / "authority.pem"
        self.file.write_bytes(_pem(self._certificate))

    def server(self, *hosts: str, days: int = 30) -> ssl.SSLContext:
        """What a server that has these names and addresses shows; `days` below 0: expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        about = _certificate(subject, self._name, key.public_key(), days)
        about = about.add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        about = about.add_extension(authority, critical=False)
        file = self.folder / f"server-{id(key)}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(_pem(about.sign(self._key, hashes.SHA256())) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _certificate(subject: x509.Name, issuer: x509.Name, key, days: int = 30) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    about = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    about = about.serial_number(x509.random_serial_number())
    about = about.not_valid_before(now - datetime.timedelta(days=60)).not_valid_after(now + datetime.timedelta(days))
    return about.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
