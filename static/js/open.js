// A press on a result opens it in place, over the list that it is in. What shows it is fetched when it is about to be
// needed, and not with the page.

import { isPlain } from "./keys.js";

const fetched = () => import("./lightbox.js");
const tileOf = (event) => event.target.closest?.("#grid .tile__open, #feed .tile__open");

for (const kind of ["pointerover", "focusin"])
  document.addEventListener(kind, (event) => tileOf(event) && fetched().catch(() => {}));

document.addEventListener(
  "click",
  async (event) => {
    const tile = tileOf(event);
    if (!tile || !isPlain(event) || tile.closest(".is-selecting")) return;
    event.preventDefault();
    try {
      (await fetched()).open(tile);
    } catch {
      location.assign(tile.href); // another version of it is there by now, or there is no network
    }
  },
  true,
);
// Forward, after a reload of the page below.
addEventListener("popstate", async ({ state }) => state?.lightbox && (await fetched()).reopen());
