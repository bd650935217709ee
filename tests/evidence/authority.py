"""Time-stamp authorities of our own: openssl's, and one that stamps at any time, so that no test waits for a clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from recourse.evidence import instants

SHA256 = "2.16.840.1.101.3.4.2.1"
CONFIG = """\
[ts]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/ca.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, *parts)


def _integer(number: int) -> bytes:
    return _tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    found = [first * 40 + second]
    for number in rest:
        groups = [number & 127]
        while number := number >> 7:
            groups.append(128 | number & 127)
        found += reversed(groups)
    return _tlv(6, bytes(found))


def _attribute(dotted: str, value: bytes) -> bytes:
    return _sequence(_oid(dotted), _tlv(0x31, value))


@dataclass(frozen=True)
class Authority:
    """A root and a signer whose certificate is in force from `since` to `until`, UTC seconds."""

    root: x509.Certificate
    signer: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def reply(self, request: bytes, at: int, status_text: bytes = b"") -> bytes:
        """The reply to a request of ours, as of `at`, UTC seconds."""
        digest = request[24:56]
        algorithm = _sequence(_oid(SHA256), _tlv(5))
        clock = instants.text(at).translate(str.maketrans("", "", "-:T")).encode()
        told = _sequence(
            _integer(1), _oid("1.2.3.4"), _sequence(algorithm, _tlv(4, digest)), _integer(at), _tlv(0x18, clock)
        )
        signer = self.signer.public_bytes(Encoding.DER)
        attributes = b"".join(
            sorted(
                [
                    _attribute("1.2.840.113549.1.9.3", _oid("1.2.840.113549.1.9.16.1.4")),
                    _attribute("1.2.840.113549.1.9.4", _tlv(4, hashlib.sha256(told).digest())),
                    _attribute(
                        "1.2.840.113549.1.9.16.2.47",
                        _sequence(_sequence(_sequence(_tlv(4, hashlib.sha256(signer).digest())))),
                    ),
                ]
            )
        )
        signature = self.key.sign(_tlv(0x31, attributes), ec.ECDSA(hashes.SHA256()))
        info = _sequence(
            _integer(1),
            _sequence(self.signer.issuer.public_bytes(), _integer(self.signer.serial_number)),
            algorithm,
            _tlv(0xA0, attributes),
            _sequence(_oid("1.2.840.10045.4.3.2")),
            _tlv(4, signature),
        )
        signed = _sequence(
            _integer(3),
            _tlv(0x31, algorithm),
            _sequence(_oid("1.2.840.113549.1.9.16.1.4"), _tlv(0xA0, _tlv(4, told))),
            _tlv(0xA0, signer),
            _tlv(0x31, info),
        )
        words = _sequence(_tlv(12, status_text)) if status_text else b""
        token = _sequence(_oid("1.2.840.113549.1.7.2"), _tlv(0xA0, signed))
        return _sequence(_sequence(_integer(0), words), token)

    def openssl_ts(self, folder: Path) -> OpenSSLAuthority:
        """The same authority, kept by the openssl program, which knows only the present time."""
        (folder / "ca.pem").write_bytes(self.pem)
        (folder / "signer.pem").write_bytes(self.signer.public_bytes(Encoding.PEM))
        (folder / "signer.key").write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
        return OpenSSLAuthority(folder)


@dataclass(frozen=True)
class OpenSSLAuthority:
    folder: Path

    def reply(self, request: bytes) -> bytes:
        (self.folder / "query").write_bytes(request)
        command = "openssl ts -reply -queryfile query -config ts.cnf -section ts -out reply"
        subprocess.run(command.split(), cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()


def authority(name: str, since: int, until: int) -> Authority:
    """An authority whose signer is certified from `since` to `until`; its root lasts a century."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} root")])

    def certificate(
        subject: x509.Name, public: ec.EllipticCurvePublicKey, first: int, last: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(dt.datetime.fromtimestamp(first, dt.UTC))
            .not_valid_after(dt.datetime.fromtimestamp(last, dt.UTC))
        )  # fmt: skip

    century = 100 * 366 * 86400
    root = (
        certificate(issuer, root_key.public_key(), since - century // 4, since + century)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signer = (
        certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), since, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return Authority(root, signer, key)
