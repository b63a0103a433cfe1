"use strict";
// The review of a difference: what boxes were and are, both networks beside each other, and the
// way from an edit to its boxes. The block keeps its names apart from the viewer's.
{
  const changes = JSON.parse(document.getElementById("changes").textContent);
  const GAP = 60, CAPTION = 30, CLOSEST = 1.1, LEAST = 0.5, MOST_TOGETHER = 12, FLIGHT = 450;
  const COPIES = /^(\d+ x )([+~\u21c4-]) /;  // a symbol stands before the number of copies
  const ARROW = " \u2192 ";
  const VIEWS = {
    together: "both in one", beside: "side by side", below: "one below the other", before: "before", after: "after",
  };
  const OPPOSITE_OF = { down: "up", left: "right" };
  let edit = -1, round = 0, shift = { x: 0, y: 0 }, single = extent;

  /** Write pieces of a text; what is of one side alone is marked. */
  function writePieces(target, pieces) {
    target.replaceChildren();
    for (const [at, [text, side]] of pieces.entries()) {
      if (side === "new" && pieces[at - 1]?.[1] === "old") piece(target, ARROW, "arrow");
      piece(target, text, side);
    }
  }

  function piece(target, text, side) {
    const found = element("tspan", side ? { class: side } : {}, target);
    found.textContent = text;
  }

  /** Mark all that is in sight: values, ghosts and their lines, and the boxes of the chosen edit. */
  function decorate() {
    picture.dataset.view = views.value;
    together();
    for (const [id, found] of shown) decorateBox(items[id], found);
    for (const line of canvas.querySelectorAll(".edge")) line.classList.add(...sidesOf(line));
    if (!canvas.querySelector(".bypass")) drawLost();
    if (views.value === "beside" || views.value === "below") part();
    explainSymbols();
    outline();
  }

  /** Undo what was drawn beside each other. */
  function together() {
    shift = { x: 0, y: 0 };
    const [old, other] = canvas.querySelectorAll(":scope > .side");
    if (!old) {
      single = extent;
      return;
    }
    extent = single;
    other.remove();
    old.querySelector(":scope > .caption").remove();
    old.replaceWith(...old.childNodes);
  }

  function decorateBox(item, found) {
    found.classList.add(item.kind);
    const [label, shape] = changes.labels[item.id] ?? [];
    const title = found.querySelector(":scope > text:not(.shape)"), type = found.querySelector(":scope > text.shape");
    if (label && title && title.textContent === short(item.label)) writePieces(title, label);
    else if (title) title.textContent = title.textContent.replace(COPIES, "$2 $1");
    if (shape && type && type.textContent === item.shape) writePieces(type, shape);
  }

  function sidesOf(line) {
    const ends = [line.dataset.tail, line.dataset.head].map((id) => items[id]?.kind);
    return ["removed", "inserted"].filter((kind) => ends.includes(kind));
  }

  /** Draw the lines of the old network where something stands between their ends now. */
  function drawLost() {
    const seen = new Set();
    for (const [tail, head] of changes.wires) {
      const [from, to] = [visible(tail), visible(head)];
      const ends = [spots.get(from), spots.get(to)];
      if (from === to || seen.has(`${from} ${to}`) || ends.includes(undefined)) continue;
      seen.add(`${from} ${to}`);
      const [[x, y], [toX, toY]] = [faces(ends[0])[0], faces(ends[1])[1]];
      element("path", { class: "edge bypass", d: `M${x},${y}L${toX},${toY}`, "marker-end": "url(#head)" }, canvas);
    }
  }

  /** Find where a line leaves a box, and where one arrives. */
  function faces({ x, y, width: wide, height: high }) {
    const [across, down] = [x + wide / 2, y + high / 2];
    const sides = { up: [[across, y], [across, y + high]], right: [[x + wide, down], [x, down]] };
    return sides[record.direction] ?? [...sides[OPPOSITE_OF[record.direction]]].reverse();
  }

  /** Draw the old network and the new one beside each other; what both have stands at one height. */
  function part() {
    const sides = ["old", "new"].map((side) => element("g", { class: "side", "data-side": side }));
    sides[0].append(...canvas.childNodes);
    for (const each of sides[0].childNodes) sides[1].append(each.cloneNode(true));
    const isBeside = views.value === "beside", { width: wide, height: high } = extent;
    const [x, y] = isBeside ? [wide + GAP, 0] : [0, high + GAP];
    extent = { width: wide + x, height: high + y + CAPTION };
    sides[0].setAttribute("transform", `translate(0 ${CAPTION})`);
    sides[1].setAttribute("transform", `translate(${x} ${y + CAPTION})`);
    shift = { x, y };
    canvas.append(...sides);
    for (const [side, text] of [[sides[0], "before"], [sides[1], "after"]]) {
      element("text", { class: "caption", x: 4, y: -10 }, side).textContent = text;
    }
  }

  /** Add to each colour of the legend the symbol that says the same. */
  function explainSymbols() {
    for (const row of document.querySelectorAll("#legend span")) {
      const symbol = changes.symbols[row.textContent.trim()];
      if (symbol) row.lastChild.textContent = `${symbol} ${row.textContent.trim()}`;
    }
  }

  /** Choose an edit and bring its boxes into sight, one after the other where they are many. */
  function fly(at, from = 0) {
    edit = at;
    round = from;
    for (const button of document.querySelectorAll("[data-edit]")) {
      button.setAttribute("aria-current", Number(button.dataset.edit) === at);
    }
    const all = changes.edits[at] ?? [], one = all[round % all.length];
    const targets = all.length > MOST_TOGETHER ? [one] : all;
    openAround(targets);
    const seen = [...new Set(targets.map(visible))].filter((id) => spots.has(id));
    outline();
    if (seen.length) land(seen, all);
    document.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }

  function openAround(targets) {
    const before = items.map((item) => item.isOpen);
    for (const id of targets) for (const around of ancestors(id).slice(1)) items[around].isOpen = true;
    if (countVisible() > MOST_BOXES) for (const [id, item] of items.entries()) item.isOpen = before[id];
    if (items.some((item, id) => item.isOpen !== before[id])) draw();
  }

  /** Show boxes together where they are readable, else one of them. */
  function land(seen, all) {
    const { wide, high } = stage();
    const size = (box) => Math.min(CLOSEST, 0.8 * wide / box.width, 0.8 * high / box.height);
    const isTogether = size(around(seen)) >= LEAST, one = seen[round % seen.length];
    const box = around(isTogether ? seen : [one]);
    choose(one, false);
    if (!isTogether || all.length > MOST_TOGETHER) {
      say(`${round % all.length + 1} of ${exact(all.length)}; choose the edit again for the next`);
    }
    glide(box, size(box));
  }

  function around(ids) {
    const found = ids.flatMap(spotsOf);
    const left = Math.min(...found.map(({ x }) => x)), top = Math.min(...found.map(({ y }) => y));
    const right = Math.max(...found.map(({ x, width: wide }) => x + wide));
    const bottom = Math.max(...found.map(({ y, height: high }) => y + high));
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  /** Find the boxes of an item: where both networks are drawn, one in each that has it. */
  function spotsOf(id) {
    const spot = spots.get(id), { kind } = items[id];
    const later = { ...spot, x: spot.x + shift.x, y: spot.y + shift.y };
    return kind === "removed" ? [spot] : kind === "inserted" ? [later] : [spot, later];
  }

  function glide(box, scale) {
    const { wide, high } = stage();
    const { x, y } = middle(box);
    const to = d3.zoomIdentity.translate(wide / 2 - x * scale, high / 2 - y * scale).scale(scale);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    d3.select(picture).transition().duration(isStill ? 0 : FLIGHT).call(zoom.transform, to);
  }

  /** Outline the boxes of the chosen edit, and those that they are in. */
  function outline() {
    const targets = new Set((changes.edits[edit] ?? []).map(visible));
    for (const each of canvas.querySelectorAll("[data-id]")) each.classList.toggle("touched", targets.has(Number(each.dataset.id)));
  }

  const beside = document.getElementById("edits");
  if (beside) document.querySelector("main").prepend(beside);
  const views = document.createElement("select");
  views.id = "view";
  views.append(...Object.entries(VIEWS).map(([value, textContent]) => Object.assign(document.createElement("option"), { value, textContent })));
  const choice = document.createElement("label");
  choice.append("Show ", views);
  document.querySelector("header").insertBefore(choice, document.querySelector("header label"));
  views.addEventListener("change", () => {
    draw();
    fit();
    if (changes.edits[edit]?.length) fly(edit, round);
  });

  beside?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.edit) {
      const at = Number(button.dataset.edit);
      fly(at, at === edit ? round + 1 : 0);
    } else if (button?.dataset.path) {
      const found = items.find((item) => item.path === button.dataset.path);
      if (found) reveal(found.id);
    }
  });
  const next = (by) => { if (changes.edits.length) fly((Math.max(edit, by < 0 ? 0 : -1) + by + changes.edits.length) % changes.edits.length); };
  for (const [key, what, act] of [["n", "next edit", () => next(1)], ["p", "previous edit", () => next(-1)]]) {
    KEYS.push([key, what, act]);
    document.getElementById("keys").append(made("dt", {}, made("kbd", { textContent: key })), made("dd", { textContent: what }));
  }
  colour.querySelector('[value="color"]').textContent = "by change";
  picture.addEventListener("drawn", decorate);
  decorate();
  fit();
  const first = changes.edits.findIndex((boxes) => boxes.length);
  if (first >= 0 && d3.zoomTransform(picture).k < LEAST) fly(first);
}
