// Results that come in while the tab is in the background: the title counts them, and whoever has turned it on (on
// the account page, for this browser) gets a notification and a soft sound.

import { chime } from "./chime.js";

const on = (name) => localStorage.getItem(`omnistudio.${name}`) === "on";
const title = document.title;
const came = new Set(); // htmx tells of one card as often as there are cards
let telling = 0;

async function tell() {
  telling = 0;
  if (on("sound")) chime();
  if (!on("notify") || !("Notification" in window) || Notification.permission !== "granted") return;
  // Phones show a notification only by way of the service worker.
  const worker = await navigator.serviceWorker?.getRegistration();
  const told = { body: document.getElementById("announcer").textContent.trim(), tag: "omnistudio-results" };
  if (worker) worker.showNotification("OmniStudio", told);
  else new Notification("OmniStudio", told).onclick = () => window.focus();
}

document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (!document.hidden || !target.matches(".tile") || target.hasAttribute("data-unfinished")) return;
  came.add(target.id);
  document.title = `(${came.size}) ${title}`;
  // One word for all that one answer brought.
  if (!telling) telling = setTimeout(tell, 50);
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  came.clear();
  document.title = title;
});
