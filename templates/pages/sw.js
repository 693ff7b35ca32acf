{% load i18n %}// Keeps the shell (stylesheet, scripts, icons, the page for no network), and nothing else: no media, no page with data.
const NAME = "omnistudio-{{ version }}";
const SHELL = {{ shell|safe }};
const LANGUAGE = "/language";

addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(SHELL.map((url) => new Request(url, { credentials: "omit" })))).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("omnistudio-") && name !== NAME);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => clients.claim()));
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
    return (await cache.match(`{% url "offline" %}?language=${spoken}`)) ?? (await cache.match("{% url "offline" %}", { ignoreSearch: true })) ?? Response.error();
  }
}

// A notification leads back to the tab that it came from, else to the studio.
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const back = (tabs) => tabs.find((tab) => new URL(tab.url).pathname === "{% url "studio" %}")?.focus() ?? clients.openWindow("{% url "studio" %}");
  event.waitUntil(clients.matchAll({ type: "window" }).then(back));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
