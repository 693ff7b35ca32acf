// A video plays its first seconds, without sound, while the pointer or the focus is on it. Never on touch,
// never where less motion or less data is wanted.

const calm = matchMedia("(prefers-reduced-motion: reduce), (prefers-reduced-data: reduce), (hover: none)");

function play(tile) {
  const picture = tile.querySelector("img");
  if (calm.matches || !picture || tile.querySelector("video")) return;
  const src = picture.src.replace("/thumbnail/", "/preview/");
  const video = Object.assign(document.createElement("video"), { src, muted: true, loop: true, playsInline: true });
  video.setAttribute("aria-hidden", "true");
  picture.after(video);
  video.play().catch(() => video.remove());
}

function stop(tile) {
  tile.querySelector("video")?.remove();
}

const tileOf = (event) => event.target.closest?.(".tile[data-preview]");
document.addEventListener("pointerover", (event) => tileOf(event) && play(tileOf(event)));
document.addEventListener("pointerout", (event) => {
  const tile = tileOf(event);
  if (tile && !tile.contains(event.relatedTarget)) stop(tile);
});
document.addEventListener("focusin", (event) => tileOf(event) && play(tileOf(event)));
document.addEventListener("focusout", (event) => {
  const tile = tileOf(event);
  // A press takes the focus away first: a video that goes then takes the press with it.
  if (tile && !tile.contains(event.relatedTarget) && !tile.matches(":hover")) stop(tile);
});
