"use strict";
// What is chosen: its facts, attributes, inputs, outputs and tensors; the tip under the pointer.
const tip = document.getElementById("tip");
const notice = document.getElementById("status");
const inside = document.querySelector("#table tbody");

function made(tag, properties = {}, ...children) {
  const found = Object.assign(document.createElement(tag), properties);
  found.append(...children);
  return found;
}

function facts(item) {
  const rows = [["name", item.path || record.name], ["what", item.label], ["output", item.shape],
    ["parameters", counted(item, "parameters")], ["MACs", counted(item, "macs")], ["operators", exact(item.operators)]];
  if (item.activations) rows.splice(5, 0, ["activations", exact(item.activations)]);
  if (item.id === 0 && record.source) rows.push(["source", record.source]);
  if (item.id === 0 && record.doc) rows.push(["about", record.doc]);
  if (item.dead) rows.push(["dead channels", exact(item.dead)]);
  if (item.doc) rows.push(["about", item.doc]);
  return rows;
}

function counted(item, measure) {
  const whole = items[0][measure], share = (100 * item[measure]) / whole;
  if (item.id === 0 || !item[measure] || item.isHead) return exact(item[measure]);
  return `${exact(item[measure])} (${share < 0.1 ? "under 0.1" : share.toFixed(1)} %)`;
}

const place = ({ place: [file, line, text] }) => (line ? `${file}:${line}  ${text}` : "");

/** Choose an item: mark it, tell of it, and put it into the address. */
function choose(id, focused = true) {
  shown.get(visible(chosen))?.classList.remove("chosen");
  chosen = id;
  const item = items[id], found = shown.get(id);
  for (const each of shown.values()) mark(each, each === (found ?? shown.values().next().value));
  found?.classList.add("chosen");
  if (focused) found?.focus({ preventScroll: true });
  tell(item);
  showLines(item);
  keepAddress(id);
}

function mark(each, isEntry) {
  each.setAttribute("tabindex", isEntry ? 0 : -1);
  each.setAttribute("aria-selected", isEntry);
}

/** Write the panel for an item. */
function tell(item) {
  document.getElementById("facts").replaceChildren(...facts(item).flatMap(([name, value]) => [
    made("dt", { textContent: name }), made("dd", { textContent: value })]));
  document.getElementById("line").textContent = place(item);
  document.getElementById("copies").replaceChildren(...copyLinks(item));
  document.getElementById("more").replaceChildren(...sections(item));
  tabulate(item.isGroup ? item : items[item.parent]);
}

function copyLinks(item) {
  const same = alike(item.id), at = same.indexOf(item.id);
  if (same.length < 2 || item.id === 0) return [];
  const to = (by, text, label) => made("button", { textContent: text, title: label, disabled: same[at + by] === undefined,
    onclick: () => reveal(same[at + by]) });
  return [to(-1, "\u2039", "The copy before"), ` copy ${at + 1} of ${same.length} `, to(1, "\u203a", "The copy after")];
}

// A layer is told by its operators, the convolution, its norm and its activation.
function sections(item) {
  const parts = item.isLayer ? item.children.map((each) => items[each]) : [item];
  return [
    ...parts.flatMap((part) => attributes(part, item.isLayer)),
    ...values("inputs", inputsOf(item.id).map(whole(item)), item.isGroup ? [] : item.inputs),
    ...values("goes to", usersOf(item.id).map(whole(item)), []),
    ...tensors(parts),
  ];
}

// A value is of the layer that it leaves or enters, rather than of its last or first operator.
const whole = (item) => (id) => {
  const layer = items[items[id].parent];
  return layer.isLayer && layer.id !== item.parent ? layer.id : id;
};

function attributes(part, isNamed) {
  if (!part.settings.length) return [];
  const title = part.isGroup ? "options" : isNamed ? part.word : `attributes of ${part.word}`;
  const rows = part.settings.map(([name, value, text]) => [name, value, text && text !== value ? text : "", text !== ""]);
  return section(title, rows.map(([name, value, text, isWritten]) => made("tr", { className: isWritten ? "written" : "" },
    cell(name), cell(value), cell(text))));
}

function values(title, found, names) {
  const ids = names.length > 1 ? found : [...new Set(found)];
  const rows = ids.map((id, at) => {
    const to = made("button", { textContent: names[at] && ids.length > 1 ? `${names[at]}: ${items[id].label}` : items[id].label, onclick: () => reveal(id) });
    to.title = items[id].path;
    return made("tr", {}, cell(to), cell(items[id].shape));
  });
  return rows.length ? section(title, rows) : [];
}

function tensors(parts) {
  const all = parts.flatMap((part) => part.tensors.map((tensor, at) => [part, tensor, at]));
  const rows = all.flatMap(([part, [name, shape, isTrained], at]) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const label = parts.length > 1 ? `${part.word}.${name}` : name;
    const row = made("tr", { className: isTrained ? "" : "untrained" }, cell(label), cell(shape.join("x") || "1"), cell(exact(size)));
    row.title = isTrained ? "" : "a running statistic, which is not counted as a parameter";
    return [row, ...statisticsOf(part, at)];
  });
  return rows.length ? section("tensors", rows) : [];
}

function statisticsOf(part, at) {
  const [said] = record.statistics[part.id]?.[at] ?? [];
  return said ? [made("tr", { className: "statistics" }, made("td", { colSpan: 3, textContent: said }))] : [];
}

function section(title, rows) {
  return [made("h2", { textContent: title }), made("table", {}, made("tbody", {}, ...rows))];
}

function tabulate(group) {
  const rows = group.children.map((id) => {
    const item = items[id], to = made("button", { textContent: item.label });
    const row = made("tr", {}, cell(to), cell(item.shape), cell(exact(item.parameters)), cell(exact(item.macs)));
    row.dataset.id = id;
    row.setAttribute("aria-selected", id === chosen);
    return row;
  });
  inside.replaceChildren(...rows);
}

function cell(content) {
  return made("td", {}, content);
}

/** Say something for four seconds, to screen readers too. */
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
  lightLine(items[id], isNear);
}

/** Tell the main facts of an item in a few lines. */
function told(item) {
  return [labelOf(item.id), item.path, `output ${item.shape}`,
    `${exact(item.parameters)} parameters, ${exact(item.macs)} MACs`, place(item)].filter(Boolean);
}

/** Tell of the value that an arrow carries. */
function toldOfValue(item) {
  return [item.shape, `from ${items[whole(items[0])(item.id)].label}`, item.path];
}

function showTip(said, x, y) {
  tip.textContent = said.join("\n");
  tip.hidden = false;
  const { width: wide, height: high } = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(x + 14, innerWidth - wide - 4)}px`;
  tip.style.top = `${Math.min(y + 14, innerHeight - high - 4)}px`;
}
