"""Signing the sums of a build with a key of the user's, and checking such a signature; minisign's format.

The library is the extra ``sign``; a signature is the same bytes for the same key and sums (Ed25519, no time of day).
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

from compiler.diagnostics import UsageError

SIGNATURE = "sha256sums.txt.minisig"
PASSWORD = "TOCSIN_SIGN_PASSWORD"  # noqa: S105 - the name of the variable, not a password
_COMMENT = "sha256sums.txt of a build of tocsin"


def signed(content: bytes, key: Path) -> bytes:
    """The signature of ``content`` by minisign's secret key in the file ``key``.

    The password of the key, if it has one, is in the environment as ``TOCSIN_SIGN_PASSWORD``. Raises ``UsageError``
    for a key that cannot be read.
    """
    minisign = _library()
    try:
        secret = minisign.SecretKey.from_file(key)
        if secret.is_encrypted():
            secret.decrypt(os.environ.get(PASSWORD, ""))
        return bytes(secret.sign(content, trusted_comment=_COMMENT))
    except (OSError, ValueError) as error:
        raise UsageError(f"the key {key} cannot sign: {error} (its password goes into {PASSWORD})") from None


def checked(content: bytes, signature: bytes, key: Path) -> str:
    """Why the signature of ``content`` does not hold with the public key in the file ``key``; empty if it does.

    Raises ``UsageError`` for a key that cannot be read.
    """
    minisign = _library()
    try:
        public = minisign.PublicKey.from_file(key)
    except (OSError, ValueError) as error:
        raise UsageError(f"{key} is no public key of minisign: {error}") from None
    try:
        public.verify(content, minisign.Signature.from_bytes(signature))
    except ValueError as error:
        return f"the signature does not hold: {error}"
    return ""


def _library() -> ModuleType:
    try:
        import minisign  # noqa: PLC0415 - an extra, which most builds do without
    except ImportError:
        raise UsageError("signatures need the extra `sign`: pip install 'tocsin[sign]'") from None
    module: ModuleType = minisign
    return module
