// A page behind a share link says once that somebody looks at it. Programs that fetch it for a preview run no scripts,
// and a page that a browser has made ready in the background counts when it is shown.

const { seen } = document.querySelector("script[data-seen]").dataset;
const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const say = () => fetch(seen, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});

if (document.visibilityState === "visible") say();
else document.addEventListener("visibilitychange", say, { once: true });
