"""The certificate by which a team signs its pictures: one of our own making until it brings its own. Its key rests
sealed.

Ours is a leaf under a root of the team's own, which is on no list of anybody: a reader says that the picture was not
changed, and that it does not know who signed. The root's key is thrown away when the leaf is made. No clock of others
confirms the time (that would need the network), so a signature holds as long as its certificate: ours for ten years.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from sqlalchemy import select, update

from gesso.accounts.tables import Team
from gesso.db import Work
from gesso.kit.errors import Failed, Invalid, Unavailable
from gesso.kit.time import now
from gesso.vault.tables import Certificate
from gesso.vault.told import opened, sealed

_BOUND: Final = "content credentials"
YEARS: Final = 10
WARNED: Final = timedelta(days=30)
"""Before it expires, somebody is told; ours is made anew then."""
LONGEST: Final = 64 << 10
"""Letters of a chain or a key."""
DEEPEST: Final = 8
USAGES: Final = (
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # signing of documents
    ObjectIdentifier("1.3.6.1.4.1.62558.2.1"),  # C2PA's own
)
"""One of these is what C2PA wants a certificate to be for."""
_CURVES: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_NAME: Final = 64
"""Bytes of a name, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A team's certificate as it is used: the chain with the leaf first, and the key (PEM). `root` is ours, empty for a
    certificate of the team's own."""

    own: bool
    chain: str
    algorithm: str
    name: str
    issuer: str
    serial: str
    expires_at: datetime
    key: str = field(default="", repr=False)
    root: str = ""

    @property
    def anchor(self) -> str:
        """The last of the chain: what a reader is told to trust, to know what this team has signed."""
        return "-----BEGIN" + self.chain.rpartition("-----BEGIN")[2]

    @property
    def expired(self) -> bool:
        return self.expires_at <= now()

    @property
    def expires_soon(self) -> bool:
        return self.expires_at - now() < WARNED


async def certificate(work: Work, secret: bytes) -> Kept | None:
    """What the team signs with, key and all; None where nothing was signed yet, or where what we made has run out. For
    the context of a run: it is shown to nobody. Failed where one that was brought can no longer be opened."""
    row = await _in_use(work)
    if row is None or row.sealed is None:
        return None
    try:
        kept = _known(row.own, row.chain, str(opened(secret, row.team_id, _BOUND, row.sealed)["key"]))
    except Unavailable as error:
        if not row.own:
            return None
        raise Failed(
            "The key of your team's certificate was sealed with another secret of the studio. Bring it again."
        ) from error
    return None if kept.expires_soon and not kept.own else kept


async def shown(work: Work) -> Kept | None:
    """The same for those who may see it, without its key."""
    work.actor.require("library.read")
    row = await _in_use(work)
    return None if row is None else _known(row.own, row.chain)


async def theirs(work: Work, serial: str) -> list[str]:
    """What a reader is told to trust to know a signature of this team, whichever of its certificates it was made with:
    those with this number."""
    found = [_known(row.own, row.chain) for row in await work.session.scalars(Certificate.visible_to(work.actor))]
    return [kept.anchor for kept in found if kept.serial == serial]


async def _in_use(work: Work) -> Certificate | None:
    """The newest that was brought, until it is taken out; else the newest of ours."""
    every = Certificate.visible_to(work.actor).where(Certificate.sealed.is_not(None))
    row: Certificate | None = await work.session.scalar(
        every.order_by(Certificate.own.desc(), Certificate.id.desc()).limit(1)
    )
    return row


async def issue(work: Work, secret: bytes) -> Kept:
    """Makes the team's first certificate, or the one after ours. What is there and holds stays."""
    there = await certificate(work, secret)
    if there is not None:
        return there
    return await _keep(work, secret, await passing(work))


async def passing(work: Work) -> Kept:
    """One as `issue` makes it that nobody keeps: what is only looked at is signed with it."""
    name = await work.session.scalar(select(Team.name).where(Team.id == work.actor.team_id)) or ""
    chain, key = _made(name)
    return _known(False, "".join(map(_pem, chain)), _unlocked(key))


def read(chain: str, key: str) -> Kept:
    """A certificate that somebody has, as it would be used. Invalid, with the reason, for one that could not sign."""
    every, held = _chain(chain), _key(key)
    _fits(every, held)
    return _known(True, "".join(map(_pem, every)), _unlocked(held))


async def bring(work: Work, secret: bytes, chain: str, key: str) -> Kept:
    """The team's own certificate from now on. Raises what `read` raises."""
    kept = read(chain, key)
    await drop(work)
    return await _keep(work, secret, kept)


async def drop(work: Work) -> None:
    """Takes the team's own certificate out again, its key is destroyed: ours signs from now on."""
    work.actor.require("providers.manage")
    own = (Certificate.team_id == work.actor.team_id, Certificate.own)
    await work.session.execute(update(Certificate).where(*own).values(sealed=None))


async def _keep(work: Work, secret: bytes, kept: Kept) -> Kept:
    team = work.actor.team_id
    row = Certificate(
        team_id=team,
        user_id=work.actor.user_id,
        own=kept.own,
        chain=kept.chain,
        sealed=sealed(secret, team, _BOUND, {"key": kept.key}),
        expires_at=kept.expires_at,
    )
    work.session.add(row)
    await work.session.flush()
    return kept


def _known(own: bool, chain: str, key: str = "") -> Kept:
    every = x509.load_pem_x509_certificates(chain.encode())
    leaf = every[0]
    return Kept(
        own,
        chain,
        _algorithm(leaf.public_key()),
        _name(leaf.subject),
        _name(leaf.issuer),
        str(leaf.serial_number),
        leaf.not_valid_after_utc,
        key,
        "" if own else _pem(every[-1]),
    )


def _unlocked(key: Any) -> str:
    """The key as C2PA's library reads it."""
    text: str = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return text


# --- ours


def _made(team: str) -> tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey]:
    """A leaf and its root, and the leaf's key."""
    above, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    shown = _short("".join(sign for sign in team if sign.isprintable()).strip()) or "Gesso"
    root_name = _called(shown, f"Gesso root of {shown}")
    since = now() - timedelta(hours=1)
    until = since + timedelta(days=366 * YEARS)
    root = (
        _certified(root_name, root_name, above.public_key(), since, until + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .sign(above, SHA256())
    )
    leaf = (
        _certified(_called(shown, shown), root_name, key.public_key(), since, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .sign(above, SHA256())
    )
    return [leaf, root], key


def _called(organisation: str, name: str) -> x509.Name:
    told = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, _short(name)))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in told])


def _short(name: str) -> str:
    """As much of it as a certificate has room for: that is counted in bytes."""
    return name.encode()[:_NAME].decode(errors="ignore").strip()


def _certified(name: x509.Name, by: x509.Name, key: Any, since: datetime, until: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What the key is for: pictures, or certificates."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


# --- a team's own


def _chain(text: str) -> list[x509.Certificate]:
    try:
        found = x509.load_pem_x509_certificates(text[:LONGEST].encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _wrong("chain", "This is no certificate in PEM. It begins with -----BEGIN CERTIFICATE-----.") from error
    if len(found) > DEEPEST:
        raise _wrong("chain", f"A chain of more than {DEEPEST} certificates is not taken.")
    return found


def _key(text: str) -> Any:
    """What is wrong with a key is said without a letter of it."""
    try:
        return load_pem_private_key(text[:LONGEST].encode(), password=None)
    except TypeError:
        raise _wrong("key", "This key is locked with a password. Unlock it first; it is sealed here.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise _wrong("key", "This is no private key in PEM. It begins with -----BEGIN PRIVATE KEY-----.") from None


def _fits(chain: Sequence[x509.Certificate], key: Any) -> None:
    leaf = chain[0]
    if _public(leaf.public_key()) != _public(key.public_key()):
        raise _wrong("key", "This key belongs to another certificate. The certificate that signs comes first.")
    if not _algorithm(leaf.public_key()):
        raise _wrong(
            "chain", "C2PA signs with keys of the curves P-256, P-384, P-521 or Ed25519, or RSA from 2048 bits."
        )
    moment = now()
    if leaf.not_valid_after_utc <= moment:
        raise _wrong("chain", f"This certificate has expired on {leaf.not_valid_after_utc.date()}.")
    if leaf.not_valid_before_utc > moment:
        raise _wrong("chain", f"This certificate is not valid before {leaf.not_valid_before_utc.date()}.")
    usage = _extension(leaf, x509.ExtendedKeyUsage)
    if usage is None or not set(usage) & set(USAGES):
        raise _wrong(
            "chain",
            "This certificate is for something else: its extended key usage must be e-mail protection, document "
            "signing or C2PA claim signing.",
        )
    basic, uses = _extension(leaf, x509.BasicConstraints), _extension(leaf, x509.KeyUsage)
    if (basic is not None and basic.ca) or uses is None or not uses.digital_signature:
        raise _wrong("chain", "This certificate may not sign files: its key usage lacks “digital signature”.")
    if leaf.subject == leaf.issuer:
        raise _wrong("chain", "A certificate that signed itself is trusted by nobody. Bring it with those above it.")
    for below, above in pairwise(chain):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise _wrong("chain", "The certificates are not in order: each must be signed by the next.") from error


def _public(key: Any) -> bytes:
    data: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return data


def _algorithm(key: Any) -> str:
    """What C2PA calls it; empty for one that it does not take."""
    match key:
        case ec.EllipticCurvePublicKey():
            return _CURVES.get(key.curve.name, "")
        case ed25519.Ed25519PublicKey():
            return "ed25519"
        case rsa.RSAPublicKey():
            return "ps256" if key.key_size >= 2048 else ""
    return ""


def _extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _name(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for each in name.get_attributes_for_oid(kind):
            return str(each.value)
    return name.rfc4514_string()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, fields=[{"field": field, "message": message, "kind": "misfit"}])
