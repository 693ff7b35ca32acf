// A video that this browser can't play says so, wherever one stands, and offers the file itself. The words stand
// in the video, where they are seen without this script only by browsers that know no videos at all.

const UNSUPPORTED = [MediaError.MEDIA_ERR_DECODE, MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED];

// "Not supported" is also said of a file that could not be had: that is another trouble, and may pass.
async function isThere(src) {
  try {
    const answer = await fetch(src, { method: "HEAD", redirect: "manual" });
    return answer.ok || answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}

function say(video) {
  const words = video.querySelector(".unplayable");
  if (!words || !video.isConnected) return;
  const hadFocus = document.activeElement === video;
  video.replaceWith(words);
  if (hadFocus) words.querySelector("a")?.focus({ preventScroll: true });
}

// Events of media don't bubble, but they are seen on their way down.
document.addEventListener(
  "error",
  async ({ target }) => {
    if (!target.matches?.("video") || !UNSUPPORTED.includes(target.error?.code)) return;
    if (await isThere(target.currentSrc)) say(target);
  },
  true,
);
// Only the sound of it can be played.
document.addEventListener(
  "loadedmetadata",
  ({ target }) => target.matches?.("video") && !target.videoWidth && say(target),
  true,
);
