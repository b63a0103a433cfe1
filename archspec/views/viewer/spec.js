"use strict";
// The spec beside the diagram: a line lights up what it stands for, and an item its lines.
const spec = document.getElementById("spec");
const lines = new Map();  // "file:line" -> its element
let stands = new Map();  // "file:line" -> the items that are written there, or defined

const at = ([file, line]) => `${file}:${line}`;

/** Write the texts of the specs, and find what stands in each line. */
function writeSpec() {
  stands = new Map();
  for (const item of items) for (const each of [item.place, item.defined]) {
    if (each[1]) stands.set(at(each), [...(stands.get(at(each)) ?? []), item.id]);
  }
  lines.clear();
  spec.replaceChildren(...Object.entries(record.specs).flatMap(([file, text]) => [
    made("h2", { textContent: file }), made("ol", {}, ...text.replace(/\n$/, "").split("\n").map((line, number) => writeLine(file, number + 1, line)))]));
  const button = document.getElementById("show-spec");
  button.hidden = !lines.size;
  if (!lines.size) toggleSpec(false);
}

function writeLine(file, number, text) {
  const start = text.search(/(^|\s)#/);
  const [code, note] = start < 0 ? [text, ""] : [text.slice(0, start), text.slice(start)];
  const row = made("li", {}, made("code", {}, code, made("i", { textContent: note })));
  row.dataset.line = at([file, number]);
  if (stands.has(row.dataset.line)) Object.assign(row, { className: "meant", tabIndex: -1 });
  lines.set(row.dataset.line, row);
  return row;
}

/** Light up the line of an item, those of what is around it, and that of its definition. */
function showLines(item) {
  for (const each of spec.querySelectorAll(".lit, .around")) each.classList.remove("lit", "around");
  for (const each of ancestors(item.id)) lines.get(at(items[each].place))?.classList.add("around");
  lines.get(at(item.defined))?.classList.add("around");
  const row = lines.get(at(item.place)) ?? lines.get(at(item.defined));
  row?.classList.add("lit");
  if (row && !spec.hidden) scrollToLine(row);
}

// Lines are long: only up and down, so that their beginnings stay in sight.
function scrollToLine(row) {
  const seen = spec.getBoundingClientRect(), { top, bottom } = row.getBoundingClientRect();
  if (top < seen.top + 30 || bottom > seen.bottom) spec.scrollTop += top - seen.top - seen.height / 3;
}

function lightLine(item, isNear) {
  lines.get(at(item.place))?.classList.toggle("near", isNear);
}

/** Mark in the diagram whatever stands in a line. */
function lightItems(line, isNear) {
  for (const id of stands.get(line) ?? []) shown.get(visible(id))?.classList.toggle("near", isNear);
}

/** Choose what stands in a line: the next of several if one is chosen already. */
function goToLine(line) {
  const found = stands.get(line);
  if (!found) return;
  const seen = [...new Set(found.map(visible))];
  const next = seen[(seen.indexOf(chosen) + 1) % seen.length];
  choose(next, false);
  follow(next);
  if (found.length > 1) say(`${exact(found.length)} uses of this line`);
}

/** Go along the lines that stand for something, and choose what does; say whether a key did so. */
function moveInSpec(row, key) {
  const meant = [...spec.querySelectorAll(".meant")], here = meant.indexOf(row);
  const next = { ArrowDown: meant[here + 1], ArrowUp: meant[here - 1] }[key];
  next?.focus();
  if (key === "Enter" && here >= 0) goToLine(row.dataset.line);
  return ["ArrowDown", "ArrowUp"].includes(key) || (key === "Enter" && here >= 0);
}

function toggleSpec(isShown = spec.hidden) {
  spec.hidden = !isShown;
  document.getElementById("show-spec").setAttribute("aria-pressed", isShown);
  if (isShown) showLines(items[chosen]);
  frame();
}
