// A real OpenID provider on loopback for the tests, which misbehaves on request.
//
//   node provider.mjs PORT     prints "ready" when it listens
//
// Two issuers, /agov (basic) and /swissid (post, signed userinfo). Who signs in, how well they are
// known, and what goes wrong with the next ID token stands in the JSON last put to /control.
import http from "node:http";
import * as jose from "jose";
import { Provider } from "oidc-provider";

const port = Number(process.argv[2]);
const base = `http://127.0.0.1:${port}`;
const SECRET = "a-secret-for-tests-of-thirty-two-bytes";
const FRESH = { sub: "person-1", claims: {}, acr: null, fault: "", authAgeS: 0, deny: false };
let control = { ...FRESH };

const { privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
const jwk = { ...(await jose.exportJWK(privateKey)), kid: "one", alg: "RS256", use: "sig" };
const stranger = await jose.generateKeyPair("RS256");

function provider(code, client) {
  const made = new Provider(`${base}/${code}`, {
    clients: [
      {
        client_id: "visavis",
        client_secret: SECRET,
        redirect_uris: ["http://testserver/identity/back"],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        ...client,
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ["tests"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["family_name", "given_name", "birthdate"], acr: null, auth_time: null },
    acrValues: ["urn:qa.agov.ch:names:tc:ac:classes:100", "urn:qa.agov.ch:names:tc:ac:classes:200",
      "urn:qa.agov.ch:names:tc:ac:classes:300", "urn:qa.agov.ch:names:tc:ac:classes:400",
      "urn:qa.agov.ch:names:tc:ac:classes:500", "urn:qa.agov.ch:names:tc:ac:classes:600",
      "qor0", "qor1", "qor2"],
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      jwtUserinfo: { enabled: true },
      userinfo: { enabled: true },
    },
    interactions: { url: (_ctx, interaction) => `/${code}/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...control.claims }) }),
  });
  made.proxy = false;
  return made;
}

const providers = {
  agov: provider("agov", { token_endpoint_auth_method: "client_secret_basic" }),
  swissid: provider("swissid", {
    token_endpoint_auth_method: "client_secret_post",
    userinfo_signed_response_alg: "RS256",
  }),
};

// Answers the question "who are you?" at once, as the control says; then "do you agree?" with yes.
async function interact(oidc, request, response) {
  const details = await oidc.interactionDetails(request, response);
  if (control.deny) {
    const result = { error: "access_denied" };
    return oidc.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  if (details.prompt.name === "login") {
    const login = { accountId: control.sub, ts: Math.floor(Date.now() / 1000) - control.authAgeS };
    if (control.acr) login.acr = control.acr;
    return oidc.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  }
  const grant = new oidc.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  grant.addOIDCClaims(["acr", "auth_time", "family_name", "given_name", "birthdate"]);
  const consent = { grantId: await grant.save() };
  return oidc.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const NOW = () => Math.floor(Date.now() / 1000);
const CHANGES = {
  "no-acr": (c) => delete c.acr,
  "strange-acr": (c) => (c.acr = "urn:strange"),
  "lower-acr": (c) => (c.acr = "urn:qa.agov.ch:names:tc:ac:classes:200"),
  "wrong-nonce": (c) => (c.nonce = "another"),
  "no-nonce": (c) => delete c.nonce,
  "wrong-issuer": (c) => (c.iss = "https://elsewhere.example"),
  "wrong-audience": (c) => (c.aud = "another"),
  "two-audiences": (c) => (c.aud = ["visavis", "another"]),
  "wrong-party": (c) => (c.azp = "another"),
  expired: (c) => Object.assign(c, { iat: NOW() - 7200, exp: NOW() - 3600 }),
  future: (c) => (c.iat = NOW() + 3600),
  "not-yet": (c) => (c.nbf = NOW() + 3600),
  "wrong-access-token": (c) => (c.at_hash = "AAAAAAAAAAAAAAAAAAAAAA"),
  "old-login": (c) => (c.auth_time = NOW() - 3600),
  "no-auth-time": (c) => delete c.auth_time,
};

async function misbehaved(token) {
  const [, payload, signature] = token.split(".");
  const claims = jose.decodeJwt(token);
  const header = { alg: "RS256", kid: "one" };
  const plain = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  if (control.fault === "alg-none") return `${plain({ alg: "none" })}.${payload}.`;
  if (control.fault === "forged") return `${plain(header)}.${plain({ ...claims, sub: "x" })}.${signature}`;
  if (control.fault === "shared-secret")
    return new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "one" }).sign(Buffer.from(SECRET));
  if (control.fault === "unknown-key")
    return new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "two" }).sign(stranger.privateKey);
  if (control.fault === "stolen-key-id")
    return new jose.SignJWT(claims).setProtectedHeader(header).sign(stranger.privateKey);
  CHANGES[control.fault](claims);
  return new jose.SignJWT(claims).setProtectedHeader(header).sign(privateKey);
}

// Lets the real provider answer into a buffer, then changes the ID token in it.
function withFault(response) {
  const chunks = [];
  const end = response.end.bind(response);
  response.write = (chunk) => chunks.push(Buffer.from(chunk));
  response.end = async (chunk) => {
    if (chunk) chunks.push(Buffer.from(chunk));
    const said = JSON.parse(Buffer.concat(chunks).toString());
    if (said.id_token) said.id_token = await misbehaved(said.id_token);
    const body = JSON.stringify(said);
    response.setHeader("content-length", Buffer.byteLength(body));
    end(body);
  };
}

async function controlled(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  control = { ...FRESH, ...JSON.parse(Buffer.concat(chunks).toString()) };
  response.end("{}");
}

const server = http.createServer((request, response) => {
  if (request.url === "/control") return controlled(request, response);
  const [, code, ...rest] = request.url.split("/");
  const oidc = providers[code];
  if (!oidc) return response.writeHead(404).end();
  if (rest[0] === "interaction")
    return interact(oidc, request, response).catch((fault) => response.writeHead(500).end(String(fault)));
  if (rest[0] === "token" && control.fault) withFault(response);
  request.originalUrl = request.url;
  request.url = `/${rest.join("/")}`;
  return oidc.callback()(request, response);
});
server.listen(port, "127.0.0.1", () => console.log("ready"));
process.stdin.on("end", () => process.exit(0)).resume(); // ends with whoever started it
