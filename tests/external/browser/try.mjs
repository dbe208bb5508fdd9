// Calls operations of `keystub mock` from the pages of `keystub docs`, served over http.
// Arguments: the folder with node_modules, the folder of the pages, the URL of the mock, its bearer token, its API key, and
// optionally a folder for screenshots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const [packages, folder, mock, token, key, shots] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const { chromium } = require("playwright-core");
const types = { html: "text/html", js: "text/javascript", css: "text/css" };
const files = createServer(async (request, response) => {
  const name = basename(new URL(request.url, "http://pages.test").pathname);
  const text = await readFile(join(folder, name)).catch(() => null);
  response.writeHead(text ? 200 : 404, { "content-type": types[name.split(".").at(-1)] ?? "text/plain" });
  response.end(text);
});
await new Promise((resolve) => files.listen(0, "127.0.0.1", resolve));
const pages = `http://127.0.0.1:${files.address().port}`;
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

const context = await browser.newContext({ viewport: { width: 1300, height: 900 } });
const page = await context.newPage();
const sent = [];
const faults = [];
// A call that the mock answers with 4XX is an error on the console of Chromium; nothing else is expected there.
page.on("console", (message) => {
  const isAnswer = message.location().url.startsWith(mock) && /status of 4\d\d/.test(message.text());
  if (message.type() !== "log" && !isAnswer) faults.push(`${message.text()} ${message.location().url}`);
});
page.on("pageerror", (error) => faults.push(String(error)));
page.on("request", (request) => {
  if (![pages, mock].includes(new URL(request.url()).origin)) faults.push(`requests ${request.url()}`);
  if (request.url().startsWith(mock) && request.method() !== "OPTIONS") sent.push(request);
});
const shot = async (name) => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`) }); };
const last = async () => sent.at(-1).allHeaders();

const operation = async (id) => {
  await page.locator(`#${id} details.try > summary`).click();
  const tried = page.locator(`#${id} .try`);
  // A script fills the element after the event of its opening.
  await tried.locator("button[type=submit]").waitFor();
  return tried;
};
const send = async (tried, expected) => {
  await tried.locator("button[type=submit]").click();
  await tried.locator(".try-result").getByText(expected).first().waitFor({ timeout: 10_000 });
};
const authorize = async (scheme, fill) => {
  await page.locator("#authorize").click();
  await fill(page.locator("dialog section").filter({ has: page.getByRole("heading", { name: scheme, exact: true }) }));
};
const close = () => page.locator("dialog").getByRole("button", { name: "Close" }).click();

await page.goto(`${pages}/tag-pets.html`);
const list = await operation("op-listpets");
assert.match(await list.innerText(), /bearerAuth is missing[\s\S]*shopKey is missing/);
await send(list, /bearerAuth is missing/);
assert.equal(sent.length, 0, "nothing is sent without a credential");

// Exactly one alternative is sent, also when both have a credential. A wrong credential is refused by the server.
await authorize("shopKey", async (section) => {
  await section.getByLabel("Value of X-Shop-Key").fill("wrong");
  await section.getByRole("button", { name: "Use" }).click();
});
await close();
await send(list, /^401/);
assert.equal((await last())["x-shop-key"], "wrong");
await authorize("shopKey", async (section) => {
  await section.getByLabel("Value of X-Shop-Key").fill(key);
  await section.getByRole("button", { name: "Use" }).click();
});
await shot("authorize");
await close();
await authorize("bearerAuth", async (section) => {
  await section.getByLabel("Token").fill(token);
  await section.getByRole("button", { name: "Use" }).click();
});
await close();
await list.getByLabel("limit").fill("2");
await list.getByLabel("status").fill("available\nsold");
await list.getByRole("radio", { name: "shopKey" }).check();
await send(list, /^200/);
assert.equal((await last())["x-shop-key"], key);
assert.equal((await last()).authorization, undefined);
assert.match(sent.at(-1).url(), /\/pets\?limit=2&status=available&status=sold$/);
await list.getByRole("radio", { name: "bearerAuth" }).check();
await send(list, /^200/);
assert.equal((await last()).authorization, `Bearer ${token}`);
assert.equal((await last())["x-shop-key"], undefined);
await shot("result");

// No credential is shown, in an address, in the storage of the browser, or in a snippet.
const text = await page.evaluate(() => document.body.innerText + location.href + JSON.stringify(localStorage));
for (const secret of [token, key]) assert.ok(!text.includes(secret), "a credential is shown");
assert.ok(!sent.some((request) => request.url().includes(token) || request.url().includes(key)));
assert.equal((await context.cookies()).length, 0);

// Authorization code with PKCE and state. The code and the state leave the address, the page is the one from before.
await authorize("oauth", async (section) => {
  await section.getByLabel("Client ID").first().fill("keystub-mock");
  await section.getByLabel("pets:write").first().check();
  await section.getByRole("button", { name: "Get a token" }).first().click();
});
await page.waitForURL(/\/authorize\?/);
const asked = new URL(page.url()).searchParams;
assert.equal(asked.get("code_challenge_method"), "S256");
assert.equal(asked.get("response_type"), "code");
assert.ok(asked.get("state").length >= 22 && asked.get("code_challenge").length === 43);
await page.getByRole("button", { name: /allow/i }).first().click();
await page.waitForURL(/\/tag-pets\.html/);
assert.ok(!/code=|state=/.test(page.url()), page.url());
const remove = await operation("op-deletepet");
await remove.getByLabel("petId").fill("..");
await send(remove, /a path segment is/);
await remove.getByLabel("petId").fill("1");
const before = sent.length;
await remove.locator("button[type=submit]").click();
await page.waitForFunction((id) => /Response/.test(document.querySelector(`#${id} .try-result`).innerText), "op-deletepet");
assert.equal(sent.length, before + 1);
assert.match((await last()).authorization, /^Bearer \S+$/);
assert.doesNotMatch(await remove.locator(".try-result").innerText(), /\n?(401|403) /);

// A response with another state is refused, and asks for no token.
const count = sent.length;
await page.goto(`${pages}/redirect.html?code=stolen&state=other`);
await page.getByText(/not for a request of this tab/).waitFor();
assert.equal(page.url(), `${pages}/redirect.html`);
assert.equal(sent.length, count);

// One button clears all credentials.
await page.goto(`${pages}/tag-pets.html`);
assert.ok(await page.evaluate(() => sessionStorage.length > 0));
await page.locator("#authorize").click();
await page.getByRole("button", { name: "Clear all credentials" }).click();
assert.equal(await page.evaluate(() => sessionStorage.length), 0);
await close();

// Accessibility, in both colors, with everything open.
for (const theme of ["light", "dark"]) {
  for (const name of ["index", "tag-pets", "access", "schemas", "redirect"]) {
    await page.goto(`${pages}/${name}.html`);
    await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, theme);
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    // Evaluated by the debugger, which the policy does not concern.
    await page.evaluate(await readFile(require.resolve("axe-core"), "utf8"));
    const found = await page.evaluate(() => axe.run());
    const serious = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    const shown = serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`);
    assert.deepEqual(shown, [], `${name}, ${theme}`);
  }
}
assert.deepEqual(faults, []);
await browser.close();
files.close();
