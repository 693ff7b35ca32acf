// An item in place over the gallery: a dialog with its own address; Back closes it, and the gallery is where it was.

const box = document.getElementById("lightbox");
let opener = null;

// The picture of the tile grows to that of the stage, and shrinks back, where the browser can and motion is wanted.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
async function grow(from, change) {
  if (!from || calm.matches || !document.startViewTransition) return void change();
  from.classList.add("is-growing");
  let to;
  const transition = document.startViewTransition(() => {
    from.classList.remove("is-growing");
    to = change();
    to?.classList.add("is-growing");
  });
  const rest = () => to?.classList.remove("is-growing");
  transition.ready.catch(() => {});
  transition.finished.then(rest, rest);
  await transition.updateCallbackDone;
}

async function show(panel, address, replace) {
  let answer;
  try {
    answer = await fetch(panel, { headers: { "HX-Request": "true" } });
  } catch {
    return location.assign(address);
  }
  if (!answer.ok || answer.redirected || answer.headers.get("HX-Redirect")) return location.assign(address);
  const text = await answer.text();
  await grow(replace ? null : opener?.querySelector("img"), () => {
    box.innerHTML = text;
    htmx.process(box);
    if (!box.open) box.showModal();
    return box.querySelector(".stage__media > *");
  });
  history[replace ? "replaceState" : "pushState"]({ lightbox: true }, "", address);
  box.dispatchEvent(new CustomEvent("item-shown", { bubbles: true }));
}

function hide() {
  const tile = opener?.closest(".tile");
  const shown = box.querySelector(".stage__media > *");
  // Where one has gone on to another item, nothing shrinks back into the first one's tile.
  const same = tile && box.querySelector("[data-item]")?.dataset.item === tile.dataset.item;
  grow(same ? shown : null, () => {
    box.close();
    box.replaceChildren();
    // The tile of an item that was deleted meanwhile is hidden: then the one after it.
    const tiles = [...document.querySelectorAll("#grid .tile")];
    const after =
      tiles.slice(Math.max(0, tiles.indexOf(tile))).find((one) => !one.hidden) ??
      tiles.findLast((one) => !one.hidden);
    (after?.querySelector(".tile__open") ?? document.getElementById("select")).focus({ preventScroll: true });
    return tile?.querySelector("img");
  });
}

// The panel of an item has the address of its page and one word more.
const panelOf = ({ pathname, search }) => `${pathname}panel/${search}`;
const plain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

document.addEventListener(
  "click",
  (event) => {
    const tile = event.target.closest("#grid .tile__open");
    if (tile && plain(event) && !tile.closest(".is-selecting")) {
      event.preventDefault();
      opener = tile;
      show(panelOf(tile), tile.href, false);
      return;
    }
    const step = event.target.closest("#lightbox a[rel=prev], #lightbox a[rel=next], #lightbox .strip a");
    if (step && plain(event)) {
      event.preventDefault();
      event.stopPropagation();
      show(step.getAttribute("hx-get"), step.href, true);
      return;
    }
    if (event.target.closest("#lightbox [data-close]") && plain(event)) {
      event.preventDefault();
      history.back();
    }
  },
  true,
);

box.addEventListener("cancel", (event) => {
  event.preventDefault();
  history.back();
});
// Back closes it, Forward opens it again.
addEventListener("popstate", ({ state }) => {
  if (box.open) hide();
  else if (state?.lightbox) show(panelOf(location), location.href, true);
});
