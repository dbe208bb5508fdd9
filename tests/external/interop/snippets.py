"""The Python programs of `keystub docs`: all are valid, and those of listPets are accepted by the mock only with the right
credentials. Arguments: the program keystub, the repository, a folder to write to."""

import html
import os
import re
import subprocess
import sys

KEYSTUB, REPOSITORY, FOLDER = sys.argv[1:]
SNIPPET = re.compile(r'<summary>Python, with aiohttp(.*?)</summary><pre tabindex="0"><code>(.*?)</code>', re.S)


def programs(spec):
    out = os.path.join(FOLDER, os.path.basename(spec) + ".pages")
    subprocess.run([KEYSTUB, "docs", spec, "--out", out, "--quiet"], check=True)
    found = {}
    for name in sorted(os.listdir(out)):
        if name.endswith(".html"):
            with open(os.path.join(out, name), encoding="utf-8") as page:
                for article in page.read().split("<article ")[1:]:
                    operation = re.search(r'id="([^"]*)"', article)[1]
                    for title, text in SNIPPET.findall(article):
                        found[operation, title] = html.unescape(text)
    return found


def output(program, base, credentials):
    program = program.replace("https://api.petshop.example/v1", base)
    environment = {**os.environ, **credentials}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()[0]


count = 0
for fixture in ["petshop", "everything"]:
    for (operation, title), text in programs(f"{REPOSITORY}/fixtures/world/{fixture}.yaml").items():
        compile(text, f"{operation}{title}", "exec")
        count += 1
assert count >= 15, count

petshop = f"{REPOSITORY}/fixtures/world/petshop.yaml"
mock = subprocess.Popen([KEYSTUB, "mock", petshop, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
try:
    base, token, key = None, None, None
    for line in mock.stderr:
        base = (re.search(r" on (http://\S+)", line) or [None, base])[1]
        token = (re.search(r"TOKEN=(\S+)", line) or [None, token])[1]
        key = (re.search(r"X-Shop-Key: (\S+)", line) or [None, key])[1]
        if line.startswith("document with these endpoints"):
            break
    own = programs(petshop)
    bearer, shop = own["op-listpets", ", with bearerAuth"], own["op-listpets", ", with shopKey"]
    assert output(bearer, base, {"API_BEARER_AUTH": token}) == "200"
    assert output(bearer, base, {"API_BEARER_AUTH": "wrong"}) == "401"
    assert output(shop, base, {"API_SHOP_KEY": key}) == "200"
    assert output(shop, base, {"API_SHOP_KEY": "wrong"}) == "401"
finally:
    mock.kill()
print(count)
