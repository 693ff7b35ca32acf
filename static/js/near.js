// The next part of a long list is fetched before its end is in sight: `<a data-near hx-trigger="near, click">`.

const AHEAD = "1800px";
const AGAIN = 5000;

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target); // once; its answer puts another in its place
      htmx.trigger(target, "near");
    }
  },
  { rootMargin: `${AHEAD} 0px` },
);

function watch(root) {
  for (const link of root.querySelectorAll?.("[data-near]") ?? []) near.observe(link);
}
watch(document);
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.matches?.("[data-near]")) near.observe(detail.elt);
  watch(detail.elt);
});

// What did not come is asked for again after a while, and by its link at any time.
function tryAgain({ detail }) {
  if (detail.elt.matches?.("[data-near]"))
    setTimeout(() => detail.elt.isConnected && near.observe(detail.elt), AGAIN);
}
document.addEventListener("htmx:sendError", tryAgain);
document.addEventListener("htmx:responseError", tryAgain);
