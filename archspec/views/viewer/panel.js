"use strict";
// What is chosen: its facts and its table, the tip under the pointer, and the search.
const search = document.getElementById("search");
const matches = document.getElementById("matches");
const tip = document.getElementById("tip");
const notice = document.getElementById("status");
const MOST_BOXES = 1500, MOST_MATCHES = 50;

function facts(item) {
  const rows = [["name", item.path || record.name], ["what", item.label], ["output", item.shape],
    ["parameters", exact(item.parameters)], ["MACs", exact(item.macs)], ["operators", exact(item.operators)]];
  if (item.id === 0 && record.source) rows.push(["source", record.source]);
  if (item.id === 0 && record.doc) rows.push(["about", record.doc]);
  return rows;
}

const place = ({ place: [file, line, text] }) => (line ? `${file}:${line}  ${text}` : "");

function choose(id, focused = true) {
  shown.get(chosen)?.classList.remove("chosen");
  chosen = id;
  const item = items[id], found = shown.get(id);
  for (const each of shown.values()) each.setAttribute("tabindex", -1);
  (found ?? shown.values().next().value)?.setAttribute("tabindex", 0);
  found?.classList.add("chosen");
  if (focused) found?.focus({ preventScroll: true });
  document.getElementById("facts").replaceChildren(...facts(item).flatMap(([name, value]) => [
    Object.assign(document.createElement("dt"), { textContent: name }),
    Object.assign(document.createElement("dd"), { textContent: value }),
  ]));
  document.getElementById("line").textContent = place(item);
  tabulate(item.isGroup ? item : items[item.parent]);
}

function tabulate(group) {
  const rows = group.children.map((id) => {
    const row = document.createElement("tr");
    const item = items[id];
    row.dataset.id = id;
    row.setAttribute("aria-selected", id === chosen);
    const name = document.createElement("button");
    name.textContent = item.label;
    row.append(cell(name), cell(item.shape), cell(exact(item.parameters)), cell(exact(item.macs)));
    return row;
  });
  document.querySelector("#table tbody").replaceChildren(...rows);
}

function cell(content) {
  const found = document.createElement("td");
  found.append(content);
  return found;
}

function say(text) {
  notice.textContent = text;
  notice.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => notice.classList.remove("shown"), 4000);
}

function near(id, isNear) {
  shown.get(id)?.classList.toggle("near", isNear);
  for (const line of document.querySelectorAll(`.edge[data-tail="${id}"], .edge[data-head="${id}"]`)) {
    line.classList.toggle("near", isNear);
  }
}

function showTip(item, x, y) {
  tip.textContent = [item.label, item.path, `output ${item.shape}`,
    `${exact(item.parameters)} parameters, ${exact(item.macs)} MACs`, place(item)].filter(Boolean).join("\n");
  tip.hidden = false;
  const { width: wide, height: high } = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(x + 14, innerWidth - wide - 4)}px`;
  tip.style.top = `${Math.min(y + 14, innerHeight - high - 4)}px`;
}

function toggle(id) {
  const item = items[id];
  if (!item.isGroup || id === 0) return;
  item.isOpen = !item.isOpen;
  if (tooMany()) item.isOpen = false;
  draw(id);
}

function tooMany() {
  const count = countVisible();
  if (count > MOST_BOXES) say(`${exact(count)} boxes are too many to show at once`);
  return count > MOST_BOXES;
}

// Opening goes level by level, as far as can be shown; layers open when all modules are.
function expand(id) {
  const closed = (each) => items[each].isGroup && !items[each].isOpen;
  const modules = [id, ...contents(id)].filter((each) => closed(each) && !items[each].isLayer);
  let level = [id];
  while (level.length) {
    const opened = level.filter((each) => closed(each) && !(modules.length && items[each].isLayer));
    for (const each of opened) items[each].isOpen = true;
    if (tooMany()) {
      for (const each of opened) items[each].isOpen = false;
      break;
    }
    level = level.flatMap((each) => items[each].children);
  }
  draw(id);
}

function collapse(id) {
  for (const each of [id, ...contents(id)]) if (each !== 0) items[each].isOpen = false;
  draw(id);
}

function reveal(id) {
  for (const each of ancestors(id).slice(1)) items[each].isOpen = true;
  if (tooMany()) {
    for (const each of items) if (each.id) each.isOpen = false;
    for (const each of ancestors(id).slice(1)) items[each].isOpen = true;
  }
  draw();
  choose(id);
  centre(id, Math.max(d3.zoomTransform(picture).k, 0.8));
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? [] : items.slice(1).filter((item) => {
    const text = `${item.path} ${item.label}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  matches.replaceChildren(...found.slice(0, MOST_MATCHES).map((item, at) => {
    const row = document.createElement("li");
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", at === 0);
    row.dataset.id = item.id;
    row.append(item.label, Object.assign(document.createElement("small"), { textContent: item.path }));
    return row;
  }));
  if (found.length > MOST_MATCHES) matches.append(Object.assign(document.createElement("li"), { textContent: `and ${exact(found.length - MOST_MATCHES)} more` }));
  if (words.length && !found.length) matches.append(Object.assign(document.createElement("li"), { textContent: "nothing of that name" }));
  matches.hidden = words.length === 0;
  search.setAttribute("aria-expanded", !matches.hidden);
}

function pick(row) {
  if (!row?.dataset.id) return;
  matches.hidden = true;
  search.setAttribute("aria-expanded", false);
  reveal(Number(row.dataset.id));
}

function step(by) {
  const rows = [...matches.querySelectorAll("[data-id]")];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  for (const row of rows) row.setAttribute("aria-selected", row === next);
  next?.scrollIntoView({ block: "nearest" });
}
