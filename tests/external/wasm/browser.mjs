// Servers on loopback, and pages in a browser.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

export const listen = (handler) =>
  new Promise((resolve) => {
    const server = createServer(handler);
    server.listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}` }));
  });

export const stop = ({ server }) => {
  server.closeAllConnections();
  server.close();
};

export const text = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
};

export function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

const types = { "": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** How long a page may take. One that does not report, for example because its scripts were blocked, must not hang the test. */
const limit = 180_000;

/** Opens `/` of a site, whose files are by their paths, in a browser. Returns what the page sends to `/outcome`. */
export async function visit(browser, files) {
  const { promise, resolve } = deferred();
  const site = await listen(async (request, response) => {
    if (request.url === "/outcome") {
      resolve(await text(request));
      return response.end();
    }
    const file = files[request.url];
    if (file === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(request.url)] }).end(file);
  });
  const profile = await mkdtemp(join(tmpdir(), "wasm-"));
  const options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${profile}`];
  const child = spawn(browser, [...options, `${site.origin}/`], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const timer = setTimeout(() => resolve("the page did not report"), limit);
  const outcome = await Promise.race([promise, ended.then(() => "the browser ended")]);
  clearTimeout(timer);
  child.kill();
  await ended;
  stop(site);
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return outcome;
}
