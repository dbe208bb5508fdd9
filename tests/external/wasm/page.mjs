// The page of examples/web-page in a browser, against shops on loopback: with right, wrong and missing tokens.
// node page.mjs EXAMPLE SCRIPTS BROWSER
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listen, stop, text, visit } from "./browser.mjs";

const [example, scripts, browser] = process.argv.slice(2);

/** What the shop responds to each token: a status, a media type and a body. */
const refusals = {
  "Bearer wrong": [401, "application/problem+json", '{"title":"Unauthorized"}'],
  "Bearer untitled": [401, "application/problem+json", '{"detail":"Unauthorized"}'],
  "Bearer shapeless": [401, "application/problem+json", '["Unauthorized"]'],
  "Bearer proxied": [500, "text/html", "<h1>Error</h1>"],
};

/** A shop that knows the token `right`, and what it received. */
async function open({ isShared }) {
  const received = [];
  const pets = [{ id: 1, name: "<b>ann</b>" }];
  const shop = await listen(async (request, response) => {
    if (isShared) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "authorization, content-type");
    }
    received.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const body = await text(request);
    const respond = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
    const json = (status, value) => respond(status, "application/json", JSON.stringify(value));
    const { authorization } = request.headers;
    if (authorization !== "Bearer right") return respond(...(refusals[authorization] ?? [400, "text/plain", ""]));
    if (request.method === "GET") return json(200, pets);
    const { name } = JSON.parse(body);
    if (pets.some((pet) => pet.name === name)) return response.writeHead(409).end();
    pets.push({ id: pets.length + 1, name });
    return json(201, pets.at(-1));
  });
  return { ...shop, received, sent: () => received.filter((request) => request.method !== "OPTIONS") };
}

/** Runs in the page: fills in and sends its forms, and reports what it shows after each step. */
async function drive(steps) {
  const report = (outcome) => fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) });
  for (const kind of ["error", "unhandledrejection"]) {
    addEventListener(kind, (event) => report(`${kind}: ${event.reason ?? event.message ?? event.target.src}`), true);
  }
  await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  const find = (selector) => document.querySelector(selector);
  const ready = () =>
    new Promise((resolve) => {
      const look = () => find("fieldset").disabled || resolve();
      new MutationObserver(look).observe(find("fieldset"), { attributes: true });
      look();
    });
  const outcomes = [];
  for (const { form, token, name, shop } of steps) {
    await ready();
    find("#token").value = token;
    find("#name").value = name ?? "";
    if (shop) document.body.dataset.shop = shop;
    find(`#${form} button`).click();
    await ready();
    outcomes.push({ message: find("output").value, pets: [...document.querySelectorAll("li")].map((item) => item.textContent) });
  }
  const stored = [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length];
  const markup = document.querySelectorAll("li *").length;
  await report({ outcomes, stored, markup, url: location.search + location.hash });
}

const [shop, closed, foreign] = [await open({ isShared: true }), await open({ isShared: false }), await open({ isShared: true })];
const [ann, rex] = ["1 <b>ann</b>", "2 rex"];
const unauthorized = /^The shop refused: 401 Unauthorized: Unauthorized$/;
const missing = /^Nothing was sent: operation `\w+`: no credential for `bearerAuth`/;
const steps = [
  { form: "list", token: "", message: missing, pets: [] },
  { form: "add", token: " ", name: "rex", message: missing, pets: [] },
  { form: "list", token: "not a token", message: /^Nothing was sent: .*the credential of `bearerAuth`/, pets: [] },
  { form: "list", token: "wrong", message: unauthorized, pets: [] },
  { form: "add", token: "wrong", name: "rex", message: unauthorized, pets: [] },
  { form: "list", token: "right", message: /^$/, pets: [ann] },
  { form: "add", token: "right", name: "rex", message: /^$/, pets: [ann, rex] },
  { form: "add", token: "right", name: "rex", message: /^The shop refused: there is a pet with this name$/, pets: [ann, rex] },
  { form: "add", token: "untitled", name: "max", message: /^The call failed: .* 401 .*problem details/, pets: [ann, rex] },
  { form: "add", token: "shapeless", name: "max", message: /^The call failed: invalid body of a response with 401/, pets: [ann, rex] },
  { form: "list", token: "proxied", message: /^The call failed: .* 500 .*media type/, pets: [] },
  { form: "list", token: "right", message: /^$/, pets: [ann, rex] },
  { form: "list", token: "wrong", message: unauthorized, pets: [] },
  { form: "list", token: "right", shop: closed.origin, message: /^The call failed: the connection failed: .*CORS/, pets: [] },
  // The policy of the page does not allow another site.
  { form: "list", token: "right", shop: foreign.origin, message: /^The call failed: the connection failed/, pets: [] },
];

const html = await readFile(join(example, "index.html"), "utf8");
const replaced = (text, from, to) => {
  assert.equal(text.split(from).length, 2, `index.html has no \`${from}\`, or several`);
  return text.replace(from, to);
};
let page = replaced(html, 'data-shop="https://api.petshop.example/v1"', `data-shop="${shop.origin}"`);
page = replaced(page, "connect-src 'self' https://api.petshop.example;", `connect-src 'self' ${shop.origin} ${closed.origin};`);
page = replaced(page, '<script type="module"', '<script src="driver.js"></script><script type="module"');
const reported = await visit(browser, {
  "/": page,
  "/driver.js": `${drive}\ndrive(${JSON.stringify(steps)});`,
  "/page.js": await readFile(join(example, "page.js")),
  "/pkg/web_page.js": await readFile(join(scripts, "web_page.js")),
  "/pkg/web_page_bg.wasm": await readFile(join(scripts, "web_page_bg.wasm")),
});
[shop, closed, foreign].forEach(stop);

assert.ok(reported.startsWith("{"), reported);
const { outcomes, ...state } = JSON.parse(reported);
steps.forEach(({ message, pets, ...step }, at) => {
  assert.match(outcomes[at].message, message, JSON.stringify(step));
  assert.deepEqual(outcomes[at].pets, pets, JSON.stringify(step));
});
assert.deepEqual(state, { stored: [0, 0, "", 0], markup: 0, url: "" });
const sent = steps.filter((step) => !step.shop && !String(step.message).includes("Nothing"));
assert.deepEqual(
  shop.sent().map((request) => request.authorization),
  sent.map((step) => `Bearer ${step.token}`),
  "each call was sent once, with its token",
);
assert.deepEqual(closed.sent(), []);
assert.ok(closed.received.length > 0, "the browser asked for permission");
assert.deepEqual(foreign.received, []);
