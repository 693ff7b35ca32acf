// References: by file, drop, paste and URL, each uploaded at once and shown with its progress.

import { ITEM } from "./dragging.js";
import { isWriting, shortcut } from "./keys.js";

const composer = document.getElementById("composer");
const list = document.getElementById("references");
const files = document.getElementById("files");
const box = document.getElementById("prompt-box");
const urlRow = document.getElementById("url-row");
const url = document.getElementById("reference-url");
const toggle = document.getElementById("toggle-url");
const TOKEN = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const PATH = "/references/";

function complain(text) {
  const line = document.createElement("p");
  line.className = "field__error";
  line.textContent = text;
  document.getElementById("composer-errors").append(line);
}

function changed() {
  composer.dispatchEvent(new Event("input", { bubbles: true }));
}

function room() {
  const most = Number(list.dataset.most);
  if (list.querySelectorAll(".ref").length < most) return true;
  complain(list.dataset.tooMany);
  return false;
}

function tile() {
  const waiting = document.createElement("div");
  waiting.className = "ref ref--up";
  waiting.setAttribute("role", "status");
  waiting.textContent = "…";
  list.append(waiting);
  return waiting;
}

function put(waiting, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const added = holder.content.firstElementChild;
  const again = list.querySelector(`[data-reference="${added.dataset.reference}"]`);
  if (again) waiting.remove();
  else if (waiting.isConnected) waiting.replaceWith(added);
  else list.append(added); // the composer was filled from a result meanwhile
  changed();
}

// What the studio says of a file that it did not keep: a line of text, or a toast. A page of the proxy's is neither.
function words(request) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (type.startsWith("text/plain") && [413, 422, 503].includes(request.status)) return request.responseText;
  if (!request.getResponseHeader("HX-Reswap")) return "";
  const holder = document.createElement("template");
  holder.innerHTML = request.responseText;
  return holder.content.textContent.trim();
}

// XMLHttpRequest and not fetch, because only it tells how much has been sent.
function send(body, added = () => {}) {
  if (!room()) return;
  const waiting = tile();
  const request = new XMLHttpRequest();
  request.open("POST", PATH);
  request.setRequestHeader("X-CSRFToken", TOKEN);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) waiting.textContent = `${Math.round((event.loaded / event.total) * 100)}%`;
  });
  request.addEventListener("load", () => {
    const target = request.getResponseHeader("HX-Redirect");
    if (target) location.assign(target);
    else if (request.status === 403 && !words(request))
      location.reload(); // as page.js does
    else if (request.status === 200) {
      put(waiting, request.responseText);
      added();
    } else {
      waiting.remove();
      complain(words(request) || document.getElementById("toast-error").content.textContent.trim());
    }
  });
  request.addEventListener("error", () => {
    waiting.remove();
    complain(document.getElementById("toast-offline").content.textContent.trim());
  });
  request.send(body);
}

function sendFiles(chosen) {
  document.getElementById("composer-errors").replaceChildren();
  for (const file of chosen) {
    const body = new FormData();
    body.append("file", file);
    send(body);
  }
}

// The picture of a result; of a video, its poster.
function sendItem(id, added) {
  document.getElementById("composer-errors").replaceChildren();
  const body = new FormData();
  body.append("task", id);
  send(body, added);
}

function sendUrl() {
  const value = url.value.trim();
  if (!value) return url.focus();
  document.getElementById("composer-errors").replaceChildren();
  const body = new FormData();
  body.append("url", value);
  // An address that is refused stays to be mended.
  send(body, () => {
    url.value = "";
    showUrl(false);
    document.getElementById("prompt").focus();
  });
}

function showUrl(open) {
  urlRow.hidden = !open;
  toggle.setAttribute("aria-expanded", String(open));
  if (open) url.focus();
}

export async function restore(ids) {
  for (const id of ids) {
    if (list.querySelector(`[data-reference="${id}"]`)) continue;
    const waiting = tile();
    try {
      const answer = await fetch(`${PATH}${id}/`);
      if (answer.ok && !answer.redirected) put(waiting, await answer.text());
      else waiting.remove();
    } catch {
      waiting.remove();
    }
  }
}

files.addEventListener("change", () => {
  sendFiles(files.files);
  files.value = "";
});
document.getElementById("add-url").addEventListener("click", sendUrl);
url.addEventListener("keydown", (event) => {
  // Whatever is held with it: the form itself is sent by Ctrl+Enter and its button alone.
  if (event.key === "Enter" && shortcut(event) !== "mod+Enter") {
    event.preventDefault();
    sendUrl();
  }
  if (shortcut(event) === "Escape") showUrl(false);
});
toggle.addEventListener("click", () => showUrl(urlRow.hidden));
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  button.closest(".ref").remove();
  changed();
  document.getElementById("prompt").focus();
});

// Cells of a spreadsheet, and words with a picture among them, come as text and as a picture. Where somebody writes,
// text is what they paste; a file that is copied in a folder brings its name as the text, which nobody means.
document.addEventListener("paste", (event) => {
  const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!pictures.length) return;
  const text = event.clipboardData.getData("text/plain").trim();
  if (text && isWriting(event.target) && !pictures.some((file) => file.name === text)) return;
  event.preventDefault();
  sendFiles(pictures);
});

// A result that is dragged into the composer is asked for by its number. The browser gives its picture along, as a
// file or as an address, which is not what is meant.
const carries = (event, type) => [...(event.dataTransfer?.types ?? [])].includes(type);
const isWelcome = (event) => (carries(event, ITEM) ? composer.contains(event.target) : carries(event, "Files"));
document.addEventListener("dragover", (event) => {
  box.classList.toggle("is-drop", isWelcome(event));
  if (!isWelcome(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
});
document.addEventListener("dragend", () => box.classList.remove("is-drop"));
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) box.classList.remove("is-drop");
});
document.addEventListener("drop", (event) => {
  box.classList.remove("is-drop");
  if (!isWelcome(event)) return;
  event.preventDefault();
  if (carries(event, ITEM)) sendItem(event.dataTransfer.getData(ITEM));
  else sendFiles(event.dataTransfer.files);
});

// The picture of the item that is remixed, where it is wanted.
composer.addEventListener("click", (event) => {
  const picture = event.target.closest("#add-picture");
  if (picture) sendItem(picture.dataset.task, () => picture.remove());
});
document.addEventListener("use-as-reference", ({ detail }) => {
  sendItem(detail);
  document.getElementById("prompt").focus();
});

// References that were used before.
const recent = document.getElementById("recent-references");
recent.addEventListener("toggle", (event) => event.newState === "open" && htmx.trigger(recent, "open-recent"));
recent.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (!pick || !room()) return;
  recent.hidePopover();
  restore([pick.dataset.pick]);
});

showUrl(false);
document.addEventListener("restore-references", (event) => restore(event.detail));
