// The tray: what runs and what has just ended, from any page. Its pill opens it; open, it is kept up to date.

const tray = document.getElementById("tray");
const SEEN = "omnistudio.tray"; // when it was last opened, for all pages of this browser
const NEW_FOR = 10 * 60_000;
const OFTEN = 2000;

// “4 ready” until the tray is opened, or for ten minutes.
function showPill() {
  const pill = document.getElementById("tray-pill");
  const ended = Number(pill?.dataset.ended) * 1000;
  if (!ended) return;
  const until = ended + NEW_FOR - Date.now();
  if (until <= 0 || Number(localStorage.getItem(SEEN)) >= ended) return pill.remove();
  setTimeout(() => pill.isConnected && pill.remove(), until);
}

function opened() {
  localStorage.setItem(SEEN, Date.now());
  if (!tray.matches(":popover-open")) tray.showPopover();
  document.getElementById("tray-title").focus();
}

function refresh() {
  if (!tray.matches(":popover-open") || document.hidden) return;
  htmx.ajax("GET", "/tray/", { source: tray, target: tray, swap: "innerHTML" }).catch(() => {});
}

if (tray) {
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target === tray && detail.requestConfig.elt.id === "tray-pill") opened();
  });
  document.addEventListener("htmx:afterSettle", showPill);
  document.addEventListener("revision-changed", refresh);
  setInterval(() => tray.querySelector("[data-running]") && refresh(), OFTEN);
  tray.addEventListener("toggle", ({ newState }) => newState === "closed" && showPill());
  // An item that it leads to lies over the page.
  tray.addEventListener("click", ({ target }) => target.closest("[data-opens]") && tray.hidePopover());

  // Nothing is asked for while nobody looks, and at once when somebody does again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "tray-poller" && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    const poller = document.getElementById("tray-poller");
    if (!document.hidden && poller)
      htmx
        .ajax("GET", poller.getAttribute("hx-get"), { source: poller, target: poller, swap: "outerHTML" })
        .catch(() => {});
  });
}
