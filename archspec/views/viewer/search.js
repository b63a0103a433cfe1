"use strict";
// Finding things by words of their path, label, shape, operator and attributes.
const search = document.getElementById("search");
const matches = document.getElementById("matches");
const MOST_MATCHES = 50;

const nameText = (item) => `${item.path} ${item.label}`.toLowerCase();

function allText(item) {
  const said = item.settings.map(([name, value]) => `${name}=${value}`).join(" ");
  return `${nameText(item)} ${item.shape} ${item.word} ${said}`.toLowerCase();
}

/** List what matches all words, each thing once, with its copies; what is called so comes first. */
function found(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = new Map();
  for (const said of words.length ? [nameText, allText] : []) {
    for (const item of items.slice(1)) {
      const known = kinds.get(item.alike) ?? [];
      if (words.every((word) => said(item).includes(word)) && !known.includes(item)) kinds.set(item.alike, [...known, item]);
    }
  }
  return [...kinds.values()];
}

function find() {
  const kinds = found(search.value);
  matches.replaceChildren(...kinds.slice(0, MOST_MATCHES).map(matchRow));
  if (kinds.length > MOST_MATCHES) matches.append(remark(`and ${exact(kinds.length - MOST_MATCHES)} more`));
  if (search.value.trim() && !kinds.length) matches.append(remark("nothing of that name"));
  matches.hidden = !search.value.trim();
  search.setAttribute("aria-expanded", !matches.hidden);
}

function matchRow([item, ...copies], at) {
  const row = document.createElement("li");
  row.id = `match-${at}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", at === 0);
  row.dataset.id = item.id;
  const count = copies.length ? `, ${exact(copies.length + 1)} copies` : "";
  row.append(item.label, Object.assign(document.createElement("small"), { textContent: `${item.path}${count}` }));
  return row;
}

const remark = (text) => Object.assign(document.createElement("li"), { textContent: text });

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
  if (next) search.setAttribute("aria-activedescendant", next.id);
  next?.scrollIntoView({ block: "nearest" });
}

function leaveSearch() {
  matches.hidden = true;
  search.value = "";
  search.blur();
}
