// Opens pages of `keystub docs` in Chromium, from files, and uses them like a reader.
// Arguments: the folder with node_modules, the folder of the pages, the single page, and optionally a folder for screenshots.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, folder, single, shots] = process.argv.slice(2);
const { chromium } = createRequire(join(packages, "package.json"))("playwright-core");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

// A page whose errors and requests are recorded. Any request that is not for a file fails the test.
const open = async (options, url) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => { if (message.type() !== "log") faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => { if (!request.url().startsWith("file:")) faults.push(`requests ${request.url()}`); });
  await page.goto(url);
  return { page, done: async () => { assert.deepEqual(faults, [], url); await context.close(); } };
};

const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`) }); };
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const isDark = (color) => Number(color.match(/\d+/)[0]) < 100;

for (const layout of ["folder", "single"]) {
  const home = pathToFileURL(layout === "folder" ? join(folder, "index.html") : single).href;
  const wide = { viewport: { width: 1300, height: 900 }, colorScheme: "light" };

  // The search is opened with `/`, and leads to the operation.
  let { page, done } = await open(wide, home);
  await page.keyboard.press("/");
  await page.keyboard.type("delete pet");
  assert.match(await page.locator("#results [aria-selected=true]").innerText(), /DELETE \/pets\/\{petId\}/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#op-deletepet$/);
  const address = page.url();
  assert.ok(await page.locator("#op-deletepet").isVisible());
  assert.match(await page.locator("#op-deletepet .access").innerText(), /oauth[\s\S]*pets:write/);
  await page.locator("#search").fill("no such operation");
  assert.match(await page.locator("#results").innerText(), /Nothing found/);
  await page.locator("#search").press("Escape");
  assert.ok(!(await page.locator("#results").isVisible()));
  await done();

  // A deep link scrolls to its operation; properties are expanded.
  ({ page, done } = await open(wide, address));
  await page.waitForFunction(() => {
    const { top } = document.querySelector("#op-deletepet").getBoundingClientRect();
    return top >= 0 && top < 400;
  });
  const properties = page.locator("#op-listpets .response details").first();
  const name = properties.locator("code.name").first();
  assert.ok(!(await name.isVisible()));
  await properties.locator("summary").first().click();
  // The tree is in the page once, and is copied when it is opened.
  await name.waitFor({ state: "visible" });
  assert.equal(await properties.locator(":scope > p").count(), 0, "the link without a script is replaced");
  assert.ok((await page.locator("template").count()) > 0);
  await shot(page, `${layout}-operation`);

  // Colors: the button changes them, and the choice is kept.
  assert.ok(!isDark(await background(page)));
  await page.locator("#theme").click();
  assert.ok(isDark(await background(page)));
  await page.reload();
  assert.ok(isDark(await background(page)));
  await shot(page, `${layout}-dark`);
  await done();
  ({ page, done } = await open({ ...wide, colorScheme: "dark" }, home));
  assert.ok(isDark(await background(page)));
  await done();

  // A narrow screen has a menu, and does not scroll sideways.
  ({ page, done } = await open({ viewport: { width: 390, height: 800 } }, address));
  assert.ok(!(await page.locator("#sidebar").isVisible()));
  await page.locator("#menu").click();
  assert.ok(await page.locator("#sidebar").isVisible());
  await shot(page, `${layout}-menu`);
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#sidebar").isVisible()));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
  await shot(page, `${layout}-narrow`);
  await done();

  // From a file, the page calls operations as far as a browser lets it.
  ({ page, done } = await open(wide, address));
  await page.locator("#op-listpets details.try summary").click();
  // A script fills the element after the event of its opening.
  await page.locator("#op-listpets .try button[type=submit]").waitFor();
  assert.match(await page.locator("#op-listpets .try").innerText(), /bearerAuth[\s\S]*bearerAuth is missing[\s\S]*shopKey is missing/);
  await page.locator("#op-listpets .try button[type=submit]").click();
  await page.locator("#op-listpets .try-result").getByText(/bearerAuth is missing/).first().waitFor();
  await done();

  // The policy holds: neither a script of a page nor a request leaves it.
  const context = await browser.newContext();
  page = await context.newPage();
  await page.goto(home);
  const refused = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    const fetched = await fetch("https://other.example/").then(() => true, () => false);
    return [window.injected === undefined, !fetched];
  });
  assert.deepEqual(refused, [true, true]);
  await context.close();
}
await browser.close();
