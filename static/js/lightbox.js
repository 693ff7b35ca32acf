// A work in place over the wall: a dialog with its own address; Back closes it, and the wall is where it was.

const box = document.getElementById("lightbox");
let opener = null;

async function show(panel, address, replace) {
  let answer;
  try {
    answer = await fetch(panel, { headers: { "HX-Request": "true" } });
  } catch {
    return location.assign(address);
  }
  if (!answer.ok || answer.redirected || answer.headers.get("HX-Redirect")) return location.assign(address);
  box.innerHTML = await answer.text();
  htmx.process(box);
  if (!box.open) box.showModal();
  history[replace ? "replaceState" : "pushState"]({ lightbox: true }, "", address);
  box.dispatchEvent(new CustomEvent("item-shown", { bubbles: true }));
}

function hide() {
  box.close();
  box.replaceChildren();
  // The tile of a work that was deleted meanwhile is hidden: then the one after it.
  const tiles = [...document.querySelectorAll("#wall .print")];
  const after = tiles.slice(tiles.indexOf(opener?.closest(".print"))).find((tile) => !tile.hidden) ?? tiles.findLast((tile) => !tile.hidden);
  (after?.querySelector(".print__open") ?? document.getElementById("select")).focus({ preventScroll: true });
}

// The panel of a work has the address of its page and one word more.
const panelOf = ({ pathname, search }) => `${pathname}panel/${search}`;
const plain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

document.addEventListener(
  "click",
  (event) => {
    const tile = event.target.closest("#wall .print__open");
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
addEventListener("popstate", () => box.open && hide());
