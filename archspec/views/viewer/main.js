"use strict";
// What the mouse and the keys do.
const root = document.documentElement;
const OPENED_AT_FIRST = 400;

function move(direction) {
  const { before, after } = neighbours(chosen);
  const forward = { up: "ArrowUp", down: "ArrowDown", right: "ArrowRight", left: "ArrowLeft" }[record.direction];
  const backward = { up: "ArrowDown", down: "ArrowUp", right: "ArrowLeft", left: "ArrowRight" }[record.direction];
  if (chosen === 0) return choose(items[0].children[0]);
  if (direction === forward) return go(after[0]);
  if (direction === backward) return go(before[0]);
  const row = before.length ? neighbours(before[0]).after : items[items[chosen].parent].children;
  const by = direction === "ArrowRight" || direction === "ArrowDown" ? 1 : -1;
  return go(row[row.indexOf(chosen) + by]);
}

function go(id) {
  if (id === undefined) return;
  choose(visible(id));
  const box = shown.get(chosen)?.getBoundingClientRect(), stage = picture.getBoundingClientRect();
  if (box && (box.left < stage.left || box.right > stage.right || box.top < stage.top || box.bottom > stage.bottom)) centre(chosen);
}

function inward() {
  const item = items[chosen];
  if (item.isGroup && item.isOpen) go(item.children[0]);
}

function outward() {
  const parent = items[chosen].parent;
  if (parent > 0) go(parent);
}

const scale = (by) => d3.select(picture).call(zoom.scaleBy, by);
const turn = () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; };
const KEYS = {
  Enter: () => toggle(chosen), " ": () => toggle(chosen), e: () => expand(chosen), c: () => collapse(chosen),
  "+": () => scale(1.3), "=": () => scale(1.3), "-": () => scale(1 / 1.3), 0: fit, t: turn, "/": () => search.focus(),
  "]": inward, "[": outward, Escape: () => choose(0),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select");
  if (event.ctrlKey || event.metaKey || event.altKey || typing || (event.target.closest("button") && event.key === "Enter")) return;
  if (event.key.startsWith("Arrow")) move(event.key);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

const itemAt = (target) => {
  const found = target.closest?.("[data-id]");
  return found ? Number(found.dataset.id) : null;
};
picture.addEventListener("click", (event) => {
  const id = itemAt(event.target);
  if (id !== null) choose(id);
});
picture.addEventListener("dblclick", (event) => {
  const id = itemAt(event.target);
  if (id !== null) toggle(id);
});
picture.addEventListener("mousemove", (event) => {
  const id = itemAt(event.target);
  if (id === null) tip.hidden = true;
  else showTip(items[id], event.clientX, event.clientY);
});
picture.addEventListener("mouseleave", () => { tip.hidden = true; });
picture.addEventListener("mouseover", (event) => { const id = itemAt(event.target); if (id !== null) near(id, true); });
picture.addEventListener("mouseout", (event) => { const id = itemAt(event.target); if (id !== null) near(id, false); });
document.querySelector("#table tbody").addEventListener("click", (event) => reveal(Number(event.target.closest("tr").dataset.id)));

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") pick(matches.querySelector('[aria-selected="true"]'));
  else if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Escape") { matches.hidden = true; search.value = ""; search.blur(); }
  else return;
  event.preventDefault();
});
matches.addEventListener("mousedown", (event) => event.preventDefault());
matches.addEventListener("click", (event) => pick(event.target.closest("li")));
search.addEventListener("blur", () => { matches.hidden = true; });

colour.addEventListener("change", paint);
document.getElementById("expand").addEventListener("click", () => expand(chosen));
document.getElementById("collapse").addEventListener("click", () => collapse(chosen));
document.getElementById("closer").addEventListener("click", () => scale(1.3));
document.getElementById("farther").addEventListener("click", () => scale(1 / 1.3));
document.getElementById("fit").addEventListener("click", fit);
document.getElementById("theme").addEventListener("click", turn);

// On paper everything that is open is seen.
let view = null;
addEventListener("beforeprint", () => { view = d3.zoomTransform(picture); picture.setAttribute("viewBox", `-10 -10 ${extent.width + 20} ${extent.height + 20}`); canvas.removeAttribute("transform"); });
addEventListener("afterprint", () => { picture.removeAttribute("viewBox"); canvas.setAttribute("transform", view); });

document.title = record.title;
document.getElementById("title").textContent = record.title;
colour.value = { paper: "color", color: "color", heat: record.measure }[record.style];
if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
if (countVisible() > OPENED_AT_FIRST) for (const item of items) if (item.id) item.isOpen = false;
start();
draw();
begin();
