"""Forges tokens with real libraries: prints the key set that the server trusts, and for each token its name, whether it is
valid, and how many of three libraries accept it."""

import base64
import json
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwe, jwk
from joserfc import jwt as joserfc_jwt
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jwt as jwcrypto_jwt

ISSUER, AUDIENCE, NOW = "https://id.example.com", "matrix", int(time.time())
SIGN = jwt.algorithms.get_default_algorithms()
ASKED = ["RS256", "ES256", "EdDSA"]

KEYS = {
    "rsa": ("RS256", rsa.generate_private_key(65537, 2048)),
    "ec": ("ES256", ec.generate_private_key(ec.SECP256R1())),
    "ed": ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
    "weak": ("RS256", rsa.generate_private_key(65537, 1024)),
    "enc": ("RS256", rsa.generate_private_key(65537, 2048)),
    "p384": ("ES384", ec.generate_private_key(ec.SECP384R1())),
    "stranger": ("ES256", ec.generate_private_key(ec.SECP256R1())),
}
SHARED = b"a-shared-secret-of-32-bytes-long"


def public(kid):
    algorithm, key = KEYS[kid]
    member = json.loads(SIGN[algorithm].to_jwk(key.public_key()))
    return {**{name: value for name, value in member.items() if name != "key_ops"}, "kid": kid}


def pem(kid):
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return KEYS[kid][1].public_key().public_bytes(encoding, form)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


KEY_SET = [public("rsa"), public("ec"), public("ed"), public("weak"), {**public("enc"), "use": "enc"}]
KEY_SET.append({"kty": "oct", "kid": "oct", "alg": "HS256", "k": b64(SHARED)})
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "frank", "scope": "read", "exp": NOW + 600}


def claims(**changes):
    return {name: value for name, value in {**CLAIMS, **changes}.items() if value is not ...}


def raw(header, payload, signer, algorithm):
    """A token of exactly these bytes, signed for real."""
    message = f"{b64(header)}.{b64(payload)}"
    if signer is None:
        return message + "."
    key = SIGN[algorithm].prepare_key(signer) if isinstance(signer, bytes) else signer
    return f"{message}.{b64(SIGN[algorithm].sign(message.encode(), key))}"


def token(kid="ec", header=None, payload=None, signer=..., algorithm=None, **changes):
    own, key = KEYS.get(kid, KEYS["ec"])
    head = {"alg": own, "typ": "JWT", "kid": kid, **(header or {})}
    head = {name: value for name, value in head.items() if value is not ...}
    body = payload if payload is not None else json.dumps(claims(**changes)).encode()
    return raw(json.dumps(head).encode(), body, key if signer is ... else signer, algorithm or own)


def text(body):
    return token(payload=body.encode())


def hmac(key, header=None):
    """HS256 with a public value as the secret. PyJWT rejects such keys, so the token is signed without it."""
    import hashlib
    import hmac as std

    head = {"alg": "HS256", "typ": "JWT", **(header or {})}
    message = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(CLAIMS).encode())}"
    return f"{message}.{b64(std.new(key, message.encode(), hashlib.sha256).digest())}"


RIGHT = token()
HEAD, BODY, SIGNATURE = RIGHT.split(".")
EC_RAW = base64.urlsafe_b64decode(SIGNATURE + "==")


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def der():
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = len(EC_RAW) // 2
    return encode_dss_signature(int.from_bytes(EC_RAW[:half]), int.from_bytes(EC_RAW[half:]))


def none(name, keep=False):
    head = b64(json.dumps({"alg": name, "typ": "JWT"}).encode())
    return f"{head}.{BODY}." + (SIGNATURE if keep else "")


def other(document, name=None):
    """The right token with the member `name` of its claims in this JSON text."""
    members = {key: json.dumps(value) for key, value in CLAIMS.items()}
    members[name] = document
    return text("{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in members.items()) + "}")


def encrypted():
    return jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "rsa"}, RIGHT, jwk.import_key(public("rsa")))


right = {
    "ES256": RIGHT,
    "RS256": token("rsa"),
    "EdDSA": token("ed"),
    "without kid, one key of its kind": token(header={"kid": ...}),
    "type at+jwt": token(header={"typ": "at+jwt"}),
    "type in full": token(header={"typ": "application/at+jwt"}),
    "audience among others": token(aud=["other", AUDIENCE]),
    "expiry as a fraction": token(exp=NOW + 600.5),
    "scope in a list": token(scope=..., scp=["read"]),
    "kind by its own word": token(typ="Bearer", azp="app"),
    "expired within the leeway": token(exp=NOW - 5),
}

wrong = {
    **{f"alg {name}": none(name) for name in ["none", "None", "NONE", "nOnE", "", "null"]},
    **{f"alg {name}, signature kept": none(name, keep=True) for name in ["none", "NoNe"]},
    "alg missing": token(header={"alg": ...}),
    "alg null": token(header={"alg": None}),
    "alg as a list": token(header={"alg": ["ES256"]}),
    "alg in small letters": token(header={"alg": "es256"}),
    "alg of another key": token("rsa", header={"kid": "ec"}),
    "alg not allowed": token("p384", header={"kid": "ec"}),
    "alg PS256, not allowed": token("rsa", header={"alg": "PS256"}, algorithm="PS256"),
    "alg RS512, not allowed": token("rsa", header={"alg": "RS512"}, algorithm="RS512"),
    "HS256 by the RSA public key in PEM": hmac(pem("rsa"), {"kid": "rsa"}),
    "HS256 by the EC public key in PEM": hmac(pem("ec"), {"kid": "ec"}),
    "HS256 by the modulus": hmac(public("rsa")["n"].encode(), {"kid": "rsa"}),
    "HS256 by the key set's own shared key": hmac(SHARED, {"kid": "oct"}),
    "HS256 by nothing": hmac(b""),
    "RS256 by a weak key": token("weak"),
    "RS256 by a key for encryption": token("enc"),
    "signed by a stranger": token("stranger", header={"kid": "ec"}),
    "signed by a stranger, without kid": token("stranger", header={"kid": ...}),
    "signature empty": f"{HEAD}.{BODY}.",
    "signature missing": f"{HEAD}.{BODY}",
    "signature flipped at its start": f"{HEAD}.{BODY}.{b64(flipped(EC_RAW, 0))}",
    "signature flipped at its end": f"{HEAD}.{BODY}.{b64(flipped(EC_RAW, -1 % len(EC_RAW)))}",
    "signature cut": f"{HEAD}.{BODY}.{b64(EC_RAW[:-1])}",
    "signature of nothing": f"{HEAD}.{BODY}.{b64(bytes(64))}",
    "signature in DER": f"{HEAD}.{BODY}.{b64(der())}",
    "claims changed": f"{HEAD}.{b64(json.dumps(claims(scope='read write')).encode())}.{SIGNATURE}",
    "header changed": f"{b64(json.dumps({'alg': 'ES256', 'typ': 'JWT', 'kid': 'ec', 'x': 1}).encode())}.{BODY}.{SIGNATURE}",
    **{
        f"kid {name}": token(header={"kid": value})
        for name, value in {
            "unknown": "nobody",
            "a path": "../../../../dev/null",
            "SQL": "' OR 1=1 --",
            "a URL": "https://evil.example/key",
            "with a line break": "ec\r\nX: y",
            "a number": 1,
            "null": None,
            "a list": ["ec"],
            "empty": "",
            "10 KB long": "k" * 10240,
        }.items()
    },
    "kid twice": raw(
        b'{"alg":"ES256","typ":"JWT","kid":"ec","kid":"rsa"}', json.dumps(CLAIMS).encode(), KEYS["ec"][1], "ES256"
    ),
    "jwk in the header": token("stranger", header={"kid": "new", "jwk": public("stranger")}),
    "jku in the header": token("stranger", header={"jku": "https://evil.example/jwks"}),
    "x5u in the header": token("stranger", header={"x5u": "https://evil.example/cert"}),
    "x5c in the header": token("stranger", header={"x5c": ["MIIB"]}),
    "jwk in addition to a valid signature": token(header={"jwk": public("ec")}),
    "crit unknown": token(header={"crit": ["exp"], "exp": NOW}),
    "crit empty": token(header={"crit": []}),
    "b64 false": token(header={"b64": False, "crit": ["b64"]}),
    "zip": token(header={"zip": "DEF"}),
    "type of a logout": token(header={"typ": "logout+jwt"}),
    "type of an ID token's neighbour": token(header={"typ": "secevent+jwt"}),
    "type missing": token(header={"typ": ...}),
    "ID token": token(scope=..., azp="app", auth_time=NOW),
    "ID token with nonce": token(nonce="n", scope="openid"),
    "ID token with the hash of an access token": token(at_hash="x", client_id="app"),
    "ID token by its own word": token(typ="ID"),
    "ID token by the word of another provider": token(token_use="id"),
    "logout token": token(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "refresh token": token(typ="Refresh"),
    "refresh token as at+jwt": token(header={"typ": "at+jwt"}, token_use="refresh"),
    "type a number": token(header={"typ": 1}),
    "exp missing": token(exp=...),
    "exp past": token(exp=NOW - 3600),
    "exp zero": token(exp=0),
    "exp negative": token(exp=-1),
    "exp as text": token(exp=str(NOW + 600)),
    "exp null": token(exp=None),
    "exp true": token(exp=True),
    "exp in a list": token(exp=[NOW + 600]),
    "exp beyond every number": other("1e400", "exp"),
    "nbf ahead": token(nbf=NOW + 3600),
    "nbf as text": token(nbf=str(NOW)),
    "iat ahead": token(iat=NOW + 3600),
    "iss missing": token(iss=...),
    "iss of another": token(iss="https://evil.example.com"),
    "iss with a slash": token(iss=ISSUER + "/"),
    "iss in a list": token(iss=[ISSUER, "https://evil.example.com"]),
    "iss a number": token(iss=1),
    "aud missing": token(aud=...),
    "aud of another": token(aud="another"),
    "aud null": token(aud=None),
    "aud empty": token(aud=[]),
    "aud an object": token(aud={AUDIENCE: True}),
    "aud a longer word": token(aud=AUDIENCE + "x"),
    "aud with a number": token(aud=[AUDIENCE, 1]),
    "sub missing": token(sub=...),
    "sub empty": token(sub=""),
    "sub a number": token(sub=1),
    "sub twice": text(json.dumps(CLAIMS)[:-1] + ',"sub":"admin"}'),
    "exp twice": text(json.dumps(claims(exp=1))[:-1] + f',"exp":{NOW + 600}}}'),
    "scope a number": token(scope=1),
    "bound to a key": token(cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
    "bound to a certificate": token(cnf={"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}),
    "claims in a list": text(json.dumps([CLAIMS])),
    "claims cut": text(json.dumps(CLAIMS)[:-1]),
    "claims and more": text(json.dumps(CLAIMS) + "{}"),
    "claims not UTF-8": token(payload=json.dumps(CLAIMS).encode()[:-1] + b',"x":"\xff"}'),
    "claims that nest too deep": text(json.dumps(CLAIMS)[:-1] + ',"x":' + "[" * 500 + "]" * 500 + "}"),
    "one part": HEAD,
    "two dots more": RIGHT + "..",
    "four parts": RIGHT + "." + SIGNATURE,
    "with padding": RIGHT + "==",
    "in the other alphabet": RIGHT.replace("-", "+").replace("_", "/") + "+",
    "20 KB long": token(x="y" * 20480),
    "encrypted": encrypted(),
    "nested": token(payload=json.dumps(RIGHT).encode(), header={"cty": "JWT"}),
    "JSON serialisation": b64(json.dumps({"payload": BODY, "protected": HEAD, "signature": SIGNATURE}).encode()),
}


def by_pyjwt(text):
    keys = jwt.PyJWKSet.from_dict({"keys": [key for key in KEY_SET if key["kid"] != "oct"]})
    header = jwt.get_unverified_header(text)
    key = next(key for key in keys.keys if key.key_id == header.get("kid", "ec"))
    options = {"require": ["exp", "iss", "aud", "sub"]}
    jwt.decode(text, key, algorithms=ASKED, audience=AUDIENCE, issuer=ISSUER, leeway=30, options=options)


def by_joserfc(text):
    keys = jwk.KeySet.import_key_set({"keys": [key for key in KEY_SET if key["kid"] in ("rsa", "ec", "ed")]})
    decoded = joserfc_jwt.decode(text, keys, algorithms=ASKED)
    essential = {name: {"essential": True} for name in ("exp", "sub")}
    essential |= {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": AUDIENCE}}
    joserfc_jwt.JWTClaimsRegistry(leeway=30, **essential).validate(decoded.claims)


def by_jwcrypto(text):
    keys = jwcrypto_jwk.JWKSet()
    for kid in ("rsa", "ec", "ed"):
        keys.add(jwcrypto_jwk.JWK(**public(kid)))
    asked = {"iss": ISSUER, "aud": AUDIENCE, "sub": None, "exp": None}
    reader = jwcrypto_jwt.JWT(check_claims=asked, algs=ASKED, expected_type="JWS")
    reader.leeway = 30
    reader.deserialize(text, keys)


def accepting(text):
    """The number of libraries that accept the token. Any exception is a rejection, even an unforeseen one."""
    count = 0
    for library in (by_pyjwt, by_joserfc, by_jwcrypto):
        try:
            library(text)
            count += 1
        except Exception:
            pass
    return count


print(json.dumps({"keys": KEY_SET}))
for is_right, tokens in ((True, right), (False, wrong)):
    for name, forged in tokens.items():
        print(f"{name}\t{'right' if is_right else 'wrong'}\t{accepting(forged)}\t{forged}")
