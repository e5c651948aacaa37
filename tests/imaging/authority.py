"""Certificates for tests, good and bad, and the signers that use them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gesso.imaging.seal import Signer

MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


def pem(thing: Any) -> str:
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(Encoding.PEM).decode()
    text: str = thing.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    return text


def name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )


class Authority:
    """A root, and what it issues."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._built("root", self.key, ca=True)

    def leaf(
        self, key: Any = None, *, use: Any = MAIL, days: int = 30, since: int = 1, ca: bool = False, signs: bool = True
    ) -> tuple[x509.Certificate, Any]:
        key = key or ec.generate_private_key(ec.SECP256R1())
        return self._built("Ann Lee", key, use=use, days=days, since=since, ca=ca, signs=signs), key

    def signer(self) -> Signer:
        from gesso.vault import certificates

        leaf, key = self.leaf()
        kept = certificates.read(pem(leaf) + pem(self.root), pem(key))
        return Signer(kept.chain, kept.key, kept.algorithm, pem(self.root))

    def _built(
        self,
        called: str,
        key: Any,
        *,
        use: Any = None,
        days: int = 30,
        since: int = 1,
        ca: bool = False,
        signs: bool = True,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name(called))
            .issuer_name(name("root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=since))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca, 0 if ca else None), critical=True)
            .add_extension(
                x509.KeyUsage(signs and not ca, False, False, False, False, ca or not signs, ca, False, False),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if use is not None:
            made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        return made.sign(self.key, SHA256())
