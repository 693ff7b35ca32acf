// Two images of one ratio: side by side, or one over the other with a slider between them.

const view = document.getElementById("compare-view");
const slider = document.getElementById("compare-slider");
const sides = document.getElementById("compare-sides");

function show() {
  const slides = view.querySelector(":checked").value === "slider";
  slider.hidden = !slides;
  sides.hidden = slides;
}

if (view && slider) {
  const range = slider.querySelector("input");
  const move = () => slider.style.setProperty("--at", range.value);
  range.addEventListener("input", move);
  view.addEventListener("change", show);
  view.hidden = false;
  move();
  show();
}
