"use strict";
// What the mouse and the keys do, and how the page begins.
const OPENED_AT_FIRST = 400, ROOM_FOR_SPEC = 1200;
const help = document.getElementById("help");

const turn = () => { root.dataset.theme = isDark() ? "light" : "dark"; paint(); };
/** What each key does; the texts make the list that `?` shows. */
const KEYS = [
  ["Enter", "open or close", () => toggle(chosen)], [" ", "", () => toggle(chosen)],
  ["e", "open all inside", () => expand(chosen)], ["c", "close all inside", () => collapse(chosen)],
  ["]", "go into an open group", inward], ["[", "go out of it", outward],
  ["i", "trace to the inputs", () => trace(chosen, "inputs")], ["o", "trace to the outputs", () => trace(chosen, "outputs")],
  ["/", "search", () => search.focus()], ["s", "show or hide the spec", () => toggleSpec()],
  ["d", "turn the diagram", nextDirection], ["h", "next colouring", nextColour], ["t", "light or dark", turn],
  ["+", "closer", () => scaleBy(1.3)], ["=", "", () => scaleBy(1.3)], ["-", "farther", () => scaleBy(1 / 1.3)], ["0", "show all", fit],
  ["f", "find the selection", () => centre(visible(chosen), Math.max(d3.zoomTransform(picture).k, 0.8))],
  ["Escape", "end a trace, choose the whole", () => { endTrace(); choose(0); }],
  ["?", "this list", () => help.showModal()],
];

function move(direction) {
  const { before, after } = neighbours(chosen);
  const forward = { up: "ArrowUp", down: "ArrowDown", right: "ArrowRight", left: "ArrowLeft" }[record.direction];
  const backward = { up: "ArrowDown", down: "ArrowUp", right: "ArrowLeft", left: "ArrowRight" }[record.direction];
  if (chosen === 0) return go(items[0].children[0]);
  if (direction === forward) return go(after[0]);
  if (direction === backward) return go(before[0]);
  const row = before.length ? neighbours(before[0]).after : runs(items[chosen].parent).map(([first]) => first);
  const by = direction === "ArrowRight" || direction === "ArrowDown" ? 1 : -1;
  return go(row[row.indexOf(chosen) + by]);
}

function go(id) {
  if (id === undefined) return;
  choose(visible(id));
  follow(chosen);
}

function inward() {
  const item = items[chosen];
  if (item.isGroup && item.isOpen) go(item.children[0]);
}

function outward() {
  const parent = items[chosen].parent;
  if (parent > 0) go(parent);
}

function next(select) {
  const options = [...select.options].filter((each) => !each.hidden);
  select.value = options[(options.indexOf(select.selectedOptions[0]) + 1) % options.length].value;
  select.dispatchEvent(new Event("change"));
}

function nextDirection() { next(directions); }
function nextColour() { next(colour); }

document.addEventListener("keydown", (event) => {
  const isTyping = event.defaultPrevented || event.target.closest("input[type=search], select, dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping || (event.target.closest("button, input") && ["Enter", " "].includes(event.key))) return;
  const found = KEYS.find(([key]) => key === event.key);
  if (event.key.startsWith("Arrow")) move(event.key);
  else if (found) found[2]();
  else return;
  event.preventDefault();
});

const itemAt = (target) => {
  const found = target.closest?.("[data-id]");
  return found ? Number(found.dataset.id) : null;
};
picture.addEventListener("click", (event) => {
  const id = itemAt(event.target);
  if (id === null) return;
  const again = event.pointerType === "touch" && id === chosen;
  tip.hidden ||= event.pointerType === "touch";
  choose(id);
  if (again || event.target.classList.contains("switch")) toggle(id);
});
picture.addEventListener("dblclick", (event) => {
  const id = itemAt(event.target);
  if (id !== null && !event.target.classList.contains("switch")) toggle(id);
});
picture.addEventListener("mousemove", (event) => {
  const id = itemAt(event.target), value = event.target.closest(".way")?.dataset.value;
  if (id !== null) showTip(told(items[id]), event.clientX, event.clientY);
  else if (value) showTip(toldOfValue(items[value]), event.clientX, event.clientY);
  else tip.hidden = true;
});
picture.addEventListener("mouseleave", () => { tip.hidden = true; });
for (const [kind, isNear] of [["mouseover", true], ["mouseout", false]]) {
  picture.addEventListener(kind, (event) => { const id = itemAt(event.target); if (id !== null) near(id, isNear); });
  spec.addEventListener(kind, (event) => lightItems(event.target.closest("li")?.dataset.line, isNear));
}
spec.addEventListener("click", (event) => goToLine(event.target.closest("li")?.dataset.line));
spec.addEventListener("keydown", (event) => {
  if (moveInSpec(event.target, event.key)) event.preventDefault();
});
inside.addEventListener("click", (event) => reveal(Number(event.target.closest("tr").dataset.id)));
for (const kind of ["pointerdown", "pointermove"]) minimap.addEventListener(kind, showMapped);

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") pick(matches.querySelector('[aria-selected="true"]'));
  else if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Escape") leaveSearch();
  else return;
  event.preventDefault();
});
matches.addEventListener("mousedown", (event) => event.preventDefault());
matches.addEventListener("click", (event) => pick(event.target.closest("li")));
search.addEventListener("blur", () => { matches.hidden = true; });

const directions = document.getElementById("direction");
directions.addEventListener("change", () => direct(directions.value));
for (const each of [colour, perCopy]) {
  each.addEventListener("change", () => {
    document.getElementById("per-copy-label").hidden = !isHeat();
    draw(chosen);
  });
}
const BUTTONS = {
  expand: () => expand(chosen), collapse: () => collapse(chosen), closer: () => scaleBy(1.3), farther: () => scaleBy(1 / 1.3),
  fit, theme: turn, "show-spec": () => toggleSpec(), "to-inputs": () => trace(chosen, "inputs"), "to-outputs": () => trace(chosen, "outputs"),
  "save-svg": saveSvg, "save-png": savePng, "show-help": () => help.showModal(), "close-help": () => help.close(),
};
for (const [id, act] of Object.entries(BUTTONS)) document.getElementById(id).addEventListener("click", act);
document.getElementById("keys").replaceChildren(...KEYS.filter(([, what]) => what).flatMap(([key, what]) => [
  made("dt", {}, made("kbd", { textContent: key })), made("dd", { textContent: what })]));

// On paper everything that is open is seen, black on white.
let before = null;
addEventListener("beforeprint", () => {
  before = { theme: root.dataset.theme, view: d3.zoomTransform(picture) };
  root.dataset.theme = "light";
  paint();
  picture.setAttribute("viewBox", `-10 -10 ${extent.width + 20} ${extent.height + 20}`);
  canvas.removeAttribute("transform");
});
addEventListener("afterprint", () => {
  root.dataset.theme = before.theme;
  paint();
  picture.removeAttribute("viewBox");
  canvas.setAttribute("transform", before.view);
});
addEventListener("hashchange", () => goToAddress(location.hash));
addEventListener("resize", frame);
const scheme = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => { root.dataset.theme = scheme.matches ? "dark" : "light"; };
scheme.addEventListener("change", () => { followScheme(); paint(); });

/** Show a network from its record; what is open, chosen and in sight stays, as far as it is still there. */
function start(next) {
  const was = items[chosen]?.path, isFirst = !items.length;
  load(next);
  document.title = record.title;
  colour.querySelector('[value="dead"]').hidden = !Object.keys(record.statistics).length;
  document.getElementById("title").textContent = record.title;
  if (isFirst) settle();
  else record.direction = directions.value;
  chosen = items.find((item) => item.path === was)?.id ?? 0;
  writeSpec();
  draw();
  if (isFirst) begin();
}

// What is set once, by the options of the record.
function settle() {
  colour.value = { paper: "color", color: "color", heat: record.measure }[record.style];
  directions.value = record.direction;
  document.getElementById("per-copy-label").hidden = !isHeat();
  if (countVisible() > OPENED_AT_FIRST) for (const item of items) if (item.id) item.isOpen = false;
  setStage();
  toggleSpec(innerWidth >= ROOM_FOR_SPEC);
}

followScheme();
const linked = location.hash;
start(JSON.parse(document.getElementById("data").textContent));
goToAddress(linked);
