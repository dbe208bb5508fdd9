// Tokens and proofs of DPoP (RFC 9449), made by jose. Arguments: the folder of the npm package, the secret of the issuer, its name,
// and the URL of the requests. Prints a line for each request: its name, `right` or `wrong`, the token and the proof.
import { createRequire } from 'node:module';
import { createHash, randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [folder, secret, issuer, url] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const jose = await import(pathToFileURL(require.resolve('jose')));
const base64url = (text) => Buffer.from(text).toString('base64url');

async function caller(alg) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: await jose.exportJWK(publicKey), secretJwk: await jose.exportJWK(privateKey) };
}

async function token(cnf) {
  return new jose.SignJWT({ scope: 'read', client_id: 'jose', ...(cnf && { cnf }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer(issuer).setAudience('api').setSubject('ann').setIssuedAt().setExpirationTime('5m')
    .sign(new TextEncoder().encode(secret));
}

const bound = async ({ jwk }) => token({ jkt: await jose.calculateJwkThumbprint(jwk) });
const ath = (text) => createHash('sha256').update(text).digest('base64url');

async function proof(caller, text, claims = {}, header = {}) {
  const all = { jti: randomUUID(), htm: 'GET', htu: url, iat: jose.epochTime?.() ?? Math.floor(Date.now() / 1000), ath: ath(text), ...claims };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return new jose.SignJWT(all)
    .setProtectedHeader({ alg: caller.alg, typ: 'dpop+jwt', jwk: caller.jwk, ...header })
    .sign(caller.privateKey);
}

const print = (name, kind, token, proof) => console.log([name, kind, token, proof].join('\t'));
const now = Math.floor(Date.now() / 1000);
for (const alg of ['ES256', 'EdDSA']) {
  const own = await caller(alg);
  const other = await caller(alg);
  const text = await bound(own);
  const rows = [
    ['as it should be', 'right', {}, {}],
    ['with a query in `htu`', 'right', { htu: `${url}?limit=1#x` }, {}],
    ['from a clock that is behind', 'right', { iat: now - 30 }, {}],
    ['with further claims', 'right', { exp: now - 1000, sub: 'x' }, {}],
    ['with a key id', 'right', {}, { kid: 'x' }],
    ['for POST', 'wrong', { htm: 'POST' }, {}],
    ['for another host', 'wrong', { htu: url.replace('127.0.0.1', 'localhost') }, {}],
    ['for https', 'wrong', { htu: url.replace('http:', 'https:') }, {}],
    ['for another path', 'wrong', { htu: `${url}/` }, {}],
    ['too old', 'wrong', { iat: now - 120 }, {}],
    ['from the future', 'wrong', { iat: now + 120 }, {}],
    ['without an id', 'wrong', { jti: undefined }, {}],
    ['without a time', 'wrong', { iat: undefined }, {}],
    ['without a token', 'wrong', { ath: undefined }, {}],
    ['for another token', 'wrong', { ath: ath('other') }, {}],
    ['without a type', 'wrong', {}, { typ: undefined }],
    ['of the type JWT', 'wrong', {}, { typ: 'JWT' }],
    ['without a key', 'wrong', {}, { jwk: undefined }],
    ['with another key', 'wrong', {}, { jwk: other.jwk }],
    ['with a private key', 'wrong', {}, { jwk: own.secretJwk }],
  ];
  for (const [name, kind, claims, header] of rows) {
    print(`${alg} ${name}`, kind, text, await proof(own, text, claims, header));
  }
  print(`${alg} of a thief`, 'wrong', text, await proof(other, text));
  const unbound = await token();
  print(`${alg} unbound token`, 'wrong', unbound, await proof(own, unbound));
  const twice = await proof(own, text);
  print(`${alg} once`, 'right', text, twice);
  print(`${alg} again`, 'wrong', text, twice);
}
// Algorithms that the policy does not list, each with a token for its key.
for (const alg of ['ES384', 'ES512', 'RS256', 'PS256', 'Ed25519']) {
  const own = await caller(alg);
  const text = await bound(own);
  print(alg, 'wrong', text, await proof(own, text));
}
// A key that callers and the server would share, and no signature at all.
const shared = { kty: 'oct', k: base64url('a secret that is long enough, yes') };
const symmetric = { alg: 'HS256', privateKey: new TextEncoder().encode('a secret that is long enough, yes'), jwk: shared };
const symmetricToken = await bound(symmetric);
print('HS256', 'wrong', symmetricToken, await proof(symmetric, symmetricToken));
const own = await caller('ES256');
const text = await bound(own);
const [header, claims] = (await proof(own, text)).split('.');
const none = { ...JSON.parse(Buffer.from(header, 'base64url')), alg: 'none' };
print('none', 'wrong', text, `${base64url(JSON.stringify(none))}.${claims}.`);
