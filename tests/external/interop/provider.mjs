// A certified OpenID provider on loopback. Arguments: the folder of its npm package, the port (0 for any), the id of its
// signing key, and the id of an additional key to publish (optional). Prints its issuer, and stops at the end of stdin.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';

const [folder, port, ...keys] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const all = JSON.parse(readFileSync(new URL('./provider-keys.json', import.meta.url))).keys;
const jwks = { keys: keys.map((kid) => all.find((key) => key.kid === kid)) };
const resource = 'urn:matrix';
// Tokens for this resource are opaque.
const opaque = 'urn:opaque';

const server = createServer();
server.listen(Number(port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks,
    clients: [
      { client_id: 'backend', client_secret: 's3cr:et%+ /&', grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: 'read write', id_token_signed_response_alg: 'ES256' },
      { client_id: 'api', client_secret: 's3cr:et%+ /&', grant_types: [], redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' },
      { client_id: 'app', token_endpoint_auth_method: 'none', application_type: 'native', redirect_uris: ['http://127.0.0.1/back'], grant_types: ['authorization_code', 'refresh_token'], scope: 'openid offline_access read write', id_token_signed_response_alg: 'ES256' },
    ],
    scopes: ['openid', 'offline_access', 'read', 'write'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    cookies: { keys: [createHash('sha256').update('cookies of a test').digest('hex')] },
    ttl: { AccessToken: 60, ClientCredentials: 60 },
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      // Each proof needs a nonce of the provider.
      dPoP: { enabled: true, nonceSecret: createHash('sha256').update('nonces of a test').digest(), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, indicator) => indicator === opaque
          ? { scope: 'read write', audience: 'opaque', accessTokenFormat: 'opaque', accessTokenTTL: 60 }
          : { scope: 'read write', audience: 'matrix', accessTokenFormat: 'jwt', accessTokenTTL: 60, jwt: { sign: { alg: 'ES256' } } },
      },
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
