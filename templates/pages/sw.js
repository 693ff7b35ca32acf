{% load i18n %}// Keeps the shell (stylesheet, scripts, icons, the page for no network), and nothing else:
// no media, no page with data.
const NAME = "omnistudio-{{ version }}";
const SHELL = {{ shell|safe }};
const LANGUAGE = "/language";

addEventListener("install", (event) => {
  const fill = (cache) => cache.addAll(SHELL.map((url) => new Request(url, { credentials: "omit" })));
  event.waitUntil(caches.open(NAME).then(fill).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("omnistudio-") && name !== NAME);
  const tidy = (names) => Promise.all(old(names).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(tidy).then(() => clients.claim()));
});

async function page(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    const language = answer.headers.get("Content-Language");
    // Only which language was spoken last, for the day that nothing can be asked.
    if (language) cache.put(LANGUAGE, new Response(language));
    return answer;
  } catch {
    const spoken = await (await cache.match(LANGUAGE))?.text();
    const found =
      (await cache.match(`{% url "offline" %}?language=${spoken}`)) ??
      (await cache.match("{% url "offline" %}", { ignoreSearch: true }));
    return found ?? Response.error();
  }
}

// A notification leads back to the tab that it came from, else to the studio.
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const home = "{% url "studio" %}";
  const back = (tabs) => tabs.find((tab) => new URL(tab.url).pathname === home)?.focus() ?? clients.openWindow(home);
  event.waitUntil(clients.matchAll({ type: "window" }).then(back));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
