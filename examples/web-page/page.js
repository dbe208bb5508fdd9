// Calls the shop for the forms of the page. The token is only in its field: it is not stored, and not in a URL.
import init, { Shop } from "./pkg/web_page.js";

const [controls, output, pets] = ["fieldset", "output", "ul"].map((name) => document.querySelector(name));
const [token, name] = ["token", "name"].map((id) => document.getElementById(id));

/** Shows a pet. Its name is text, whatever it contains. */
function show(pet) {
  const item = document.createElement("li");
  item.textContent = `${pet.id} ${pet.name}`;
  pets.append(item);
}

/** What the forms do, by their ids. */
const actions = {
  async list(shop) {
    // What another token may see does not stay.
    pets.replaceChildren();
    (await shop.list()).forEach(show);
  },
  async add(shop) {
    show(await shop.add(name.value));
  },
};

function explained(error) {
  switch (error.name) {
    case "ApiError":
      return `The shop refused: ${error.message}`;
    case "AuthError":
      return `Nothing was sent: ${error.message}`;
    default:
      return `The call failed: ${error.message}`;
  }
}

controls.addEventListener("submit", async (event) => {
  event.preventDefault();
  controls.disabled = true;
  output.value = "";
  let shop;
  try {
    shop = new Shop(document.body.dataset.shop, token.value.trim());
    await actions[event.target.id](shop);
  } catch (error) {
    output.value = explained(error);
  } finally {
    // Memory of WebAssembly is not freed at once by itself, and this has the token.
    shop?.free();
    controls.disabled = false;
  }
});

await init();
controls.disabled = false;
