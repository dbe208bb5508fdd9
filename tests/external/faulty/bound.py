"""The pets of tests/bound/pets.yaml: tokens that are bound to keys (DPoP, RFC 9449), verified with PyJWT and cryptography."""

import base64
import hashlib
import json
import time

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECRET = "a secret of the pets, with more than 32 bytes"
AUDIENCE, ISSUER = "pets", "https://issuer.example"


def encoded_hash(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def thumbprint(jwk):
    """RFC 7638."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encoded_hash(json.dumps(members, separators=(",", ":"), sort_keys=True))


def credential():
    """A token, and the key to which it is bound."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    claims = {"sub": "ann", "aud": AUDIENCE, "iss": ISSUER, "exp": 4_000_000_000, "cnf": {"jkt": thumbprint(jwk)}}
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return f"{jwt.encode(claims, SECRET, 'HS256')} {pem.decode()}"


class Refused(Exception):
    """The request is not authenticated."""


class Pets:
    """The pets of a server with this fault."""

    def __init__(self, fault):
        self.fault = fault
        self.used = set()

    async def get(self, request):
        try:
            self.check(request)
        except (Refused, KeyError, ValueError, jwt.PyJWTError):
            challenge = 'DPoP algs="ES256", error="invalid_dpop_proof"'
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": challenge}) from None
        return web.json_response(["Rex"])

    def require(self, is_kept, fault=None):
        """A rule. A server with this fault does not keep it."""
        if not is_kept and self.fault != fault:
            raise Refused

    def check(self, request):
        fields = request.headers.getall("Authorization", [])
        self.require(len(fields) == 1)
        word, _, token = fields[0].partition(" ")
        claims = jwt.decode(token, SECRET, ["HS256"], audience=AUDIENCE, issuer=ISSUER)
        if word.lower() == "bearer" and self.fault == "bound-as-bearer":
            return
        self.require(word.lower() == "dpop")
        proofs = request.headers.getall("DPoP", [])
        if not proofs and self.fault == "no-proof":
            return
        self.require(len(proofs) == 1)
        self.check_proof(request, proofs[0], token, claims)

    def check_proof(self, request, text, token, claims):
        header = jwt.get_unverified_header(text)
        self.require(header["typ"] == "dpop+jwt", "proof-of-any-type")
        options = {"verify_signature": self.fault != "unsigned-proof", "verify_iat": False}
        own = jwt.decode(text, jwt.PyJWK(header["jwk"], "ES256"), ["ES256"], options)
        self.require(own["htm"] == request.method, "proof-of-any-method")
        self.require(own["htu"] == str(request.url.with_query(None)), "proof-of-any-url")
        self.require(own["ath"] == encoded_hash(token), "proof-of-any-token")
        self.require(claims["cnf"]["jkt"] == thumbprint(header["jwk"]), "proof-of-any-key")
        self.require(abs(time.time() - own["iat"]) < 60, "old-proof")
        self.require(own["jti"] not in self.used, "proof-again")
        self.used.add(own["jti"])
