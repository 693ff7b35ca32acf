// Switches that belong to this browser and not to the account; they are kept here.

import { chime } from "./chime.js";

const refused = document.getElementById("notify-refused");

async function mayNotify() {
  const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
  refused.hidden = answer === "granted";
  return answer === "granted";
}

for (const input of document.querySelectorAll("[data-kept]")) {
  const name = `omnistudio.${input.dataset.kept}`;
  const kept = localStorage.getItem(name);
  if (kept) input.checked = kept === "on";
  input.addEventListener("change", async () => {
    if (name === "omnistudio.notify" && input.checked) input.checked = await mayNotify();
    if (name === "omnistudio.sound" && input.checked) chime();
    localStorage.setItem(name, input.checked ? "on" : "off");
  });
}
