// “3 min ago” goes on: in the server's words and by its clock, wherever the element came from.

const { at, words } = document.getElementById("ago").dataset;
const [justNow, minutes, hours] = words.split("|");
const skew = at * 1000 - Date.now();
const DAY = 86_400;
const dates = new Intl.DateTimeFormat(document.documentElement.lang, {
  day: "numeric",
  month: "short",
  year: "numeric",
});

function said(moment, seconds) {
  if (seconds < 60) return justNow;
  if (seconds < 3600) return minutes.replace("{n}", Math.floor(seconds / 60));
  if (seconds < DAY) return hours.replace("{n}", Math.floor(seconds / 3600));
  return dates.format(moment);
}

const moments = new WeakMap();

// A `<time>` says when. A tile's line, of which these are the last words, says how many seconds it was when it came.
function tell(element) {
  const serverNow = Date.now() + skew;
  const { ago } = element.dataset;
  const isNew = !moments.has(element);
  if (isNew) moments.set(element, element.dateTime ? Date.parse(element.dateTime) : serverNow - ago * 1000);
  const moment = moments.get(element);
  const seconds = (serverNow - moment) / 1000;
  const isOld = seconds >= DAY;
  // What was a date when it came is one in the server's own form, and stays it.
  if (!isNew || !isOld) {
    const text = said(moment, seconds);
    if (ago === "title") element.title = text;
    else if (!element.dateTime) element.textContent = element.textContent.replace(/[^·]*$/, ` ${text}`);
    else if (element.textContent !== text) element.textContent = text;
  }
  if (isOld) delete element.dataset.ago;
}

const tellAll = () => document.querySelectorAll("[data-ago]").forEach(tell);
tellAll();
setInterval(tellAll, 10_000);
document.addEventListener("visibilitychange", () => document.hidden || tellAll());
addEventListener("pageshow", tellAll);
document.addEventListener("htmx:afterSettle", tellAll);
