// Which cards one poll names. An address has a bound: the cards in sight come each time, the others in turn.

// With the rest of the address it stays below the 4,094 bytes that servers take of a request line.
const MAX = 3000;
let last = Infinity;

const id = (card) => Number(card.dataset.task);

// `12.3-2.1`: task 12 in its third revision, task 14 in its first. Each id is counted from the one before.
function named(cards) {
  const sorted = [...cards].sort((one, other) => id(one) - id(other));
  return sorted.map((card, at) => `${id(card) - (at ? id(sorted[at - 1]) : 0)}.${card.dataset.revision}`).join("-");
}

function inSight(card) {
  const box = card.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

// As many of the cards as fit: first those in sight, then the newest that were not named lately.
export function inTurn(cards) {
  const whole = named(cards);
  if (whole.length <= MAX) return whole;
  const seen = cards.filter(inSight);
  const rest = cards.filter((card) => !seen.includes(card)).sort((one, other) => id(other) - id(one));
  const queue = [...seen, ...rest.filter((card) => id(card) < last), ...rest.filter((card) => id(card) >= last)];
  let chosen = queue;
  let text = whole;
  while (text.length > MAX) {
    chosen = chosen.slice(0, Math.floor((chosen.length * MAX) / text.length) - 1);
    text = named(chosen);
  }
  if (chosen.length > seen.length) last = id(chosen.at(-1));
  return text;
}
