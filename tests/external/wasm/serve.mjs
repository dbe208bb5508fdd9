// Servers on loopback for `program.rs`, which runs in Node or in the browser that is named, from another origin.
// node serve.mjs FOLDER [BROWSER]
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deferred, listen, stop, text, visit } from "./browser.mjs";

const [folder, browser] = process.argv.slice(2);

const basic = (login) => `Basic ${Buffer.from(login).toString("base64")}`;

/** For each path, its credential in a request, and the right one. */
const credentials = {
  "/bearer": ["bearer", (request) => request.headers.authorization, "Bearer right-token"],
  "/flaky": ["bearer", (request) => request.headers.authorization, "Bearer right-token"],
  "/orders": ["bearer", (request) => request.headers.authorization, "Bearer right-token"],
  "/photo": ["bearer", (request) => request.headers.authorization, "Bearer right-token"],
  "/events": ["bearer", (request) => request.headers.authorization, "Bearer right-token"],
  "/oauth": ["oauth", (request) => request.headers.authorization, "Bearer granted"],
  "/header": ["header", (request) => request.headers["x-shop-key"], "right-header"],
  "/query": ["query", (_, url) => url.searchParams.get("key"), "right-query"],
  "/cookie": ["cookie", (request) => request.headers.cookie, "sid=right-cookie"],
  "/basic": ["basic", (request) => request.headers.authorization, basic("user:right-password")],
};

/** The servers of one run, and what they received. */
class Run {
  received = [];
  strayed = [];
  keys = [];
  closed = Promise.withResolvers?.() ?? deferred();

  async start() {
    this.other = await listen((request, response) => {
      if (request.method !== "OPTIONS") this.strayed.push(request.url);
      response.writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "*, authorization" }).end("{}");
    });
    this.api = await listen((request, response) => this.answer(request, response));
    // A port that was free a moment ago.
    const gone = await listen(() => {});
    await new Promise((resolve) => gone.server.close(resolve));
    this.unreachable = gone.origin;
  }

  async answer(request, response) {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-methods", "*");
    response.setHeader("access-control-allow-headers", "*, authorization");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const json = (status, value) => response.writeHead(status, { "content-type": "application/json", "cache-control": "max-age=600" }).end(JSON.stringify(value));
    const url = new URL(request.url, this.api.origin);
    const body = await text(request);
    if (url.pathname === "/token") {
      const isRight = request.headers.authorization === basic("client:right-secret") && body.includes("grant_type=client_credentials");
      return isRight ? json(200, { access_token: "granted", token_type: "bearer", expires_in: 600 }) : json(401, { error: "invalid_client" });
    }
    const path = url.pathname.replace("/api", "");
    this.received.push({ path, url, headers: request.headers, body });
    const count = this.received.filter((other) => other.path === path).length;
    if (path === "/open") {
      const none = !request.headers.authorization && !request.headers.cookie && !request.headers["x-shop-key"] && !url.search;
      return json(200, { scheme: none ? "none" : "some" });
    }
    if (path === "/away") return response.writeHead(307, { location: `${this.other.origin}/stolen${url.search}` }).end();
    if (path === "/silent") return;
    if (path === "/cut") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      return response.write('{"scheme":', () => response.destroy());
    }
    const [scheme, find, right] = credentials[path];
    if (find(request, url) !== right) return json(401, { reason: scheme });
    if (path === "/events") {
      response.on("close", () => this.closed.resolve());
      response.writeHead(200, { "content-type": "text/event-stream" });
      return response.write("data: one\n\ndata: tw", () => response.write("o\n\n"));
    }
    if ((path === "/flaky" || path === "/orders") && count % 2 === 1) return json(503, { reason: "busy" });
    return json(200, { scheme });
  }

  /** Checks what was received by one run of the program. */
  async judge() {
    await this.closed.promise;
    assert.deepEqual(this.strayed, [], "a redirect was followed");
    const of = (path) => this.received.filter((request) => request.path === path);
    assert.equal(of("/certificate").length, 0);
    assert.equal(of("/cookie").length, browser ? 0 : 2, "a browser sends no call without its cookie");
    assert.equal(of("/away").length, 1);
    const keys = of("/orders").map((request) => request.headers["idempotency-key"]);
    assert.equal(keys.length, 4);
    assert.equal(new Set(keys).size, 2, `a key for each call, and the same for its retry: ${keys}`);
    assert.match(keys[0], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Buffer.from(of("/orders")[0].body, "latin1").toString(), '{"reason":"söme"}');
    const [photo] = of("/photo");
    assert.ok(photo.body.includes('filename="cat.png"\r\nContent-Type: image/png\r\n\r\n\u0000\u00ff\u0001\r\n'), photo.body);
    assert.ok(photo.body.includes('name="title"\r\n\r\ncat\r\n'), photo.body);
    for (const { headers } of this.received) assert.equal(headers.referer, undefined);
    return keys;
  }

  stop() {
    [this.api, this.other].forEach(stop);
  }
}

/** Runs the program in a page of another origin, and returns its outcome. */
async function inBrowser(name, run) {
  const page = `<!doctype html><script type="module">
    import init, * as program from "/program.js";
    document.cookie = "sid=ambient";
    let outcome = "";
    try { await init({ module_or_path: "/program_bg.wasm" }); await program.${name}("${run.api.origin}/api", "${run.unreachable}", true); } catch (error) { outcome = String(error?.stack ?? error); }
    await fetch("/outcome", { method: "POST", body: outcome });
  </script>`;
  const [script, module] = await Promise.all(["program.js", "program_bg.wasm"].map((file) => readFile(join(folder, file))));
  return await visit(browser, { "/": page, "/program.js": script, "/program_bg.wasm": module });
}

const all = [];
for (const name of ["vendored", "runtime_crate"]) {
  const run = new Run();
  await run.start();
  if (browser) {
    assert.equal(await inBrowser(name, run), "", name);
  } else {
    const program = await import(join(folder, "program.js"));
    await program.default({ module_or_path: await readFile(join(folder, "program_bg.wasm")) });
    await program[name](`${run.api.origin}/api`, run.unreachable, false);
  }
  all.push(...(await run.judge()));
  run.stop();
}
assert.equal(new Set(all).size, 4, `the keys of two programs differ: ${all}`);
