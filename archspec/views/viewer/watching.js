"use strict";
// What the server says of the file: its diagnostics, and what the last save changed. The picture of
// the last good state stays while the file is broken.
{
  const strip = made("section", { id: "watch", ariaLabel: "File", ariaLive: "polite" });
  document.querySelector("main").before(strip);
  let stamp = document.querySelector('meta[name="generator"]').content;
  let state = null;

  const plural = (count, word) => `${exact(count)} ${word}${count === 1 ? "" : "s"}`;
  const isError = ({ severity }) => severity === "error";

  function headline({ name, broken, pictured, diagnostics, change }) {
    const errors = diagnostics.filter(isError).length, warnings = diagnostics.length - errors;
    const found = [errors && plural(errors, "error"), warnings && plural(warnings, "warning")].filter(Boolean).join(", ");
    if (broken) return [found, pictured ? `${name} is broken; this is its last good state` : `${name} has no network to show yet`];
    return [found, change ? change.headline : `following ${name}`];
  }

  function mood({ broken, diagnostics }) {
    if (broken) return "broken";
    return diagnostics.length ? "warned" : "fine";
  }

  function excerpt({ place, text, line, column, width }) {
    return made("pre", { textContent: `${place}\n${line}\n${" ".repeat(column)}${"^".repeat(width)} ${text}` });
  }

  function diagnostic({ code, severity, message, help, notes, labels }) {
    return made("article", {},
      made("p", {}, made("b", { textContent: `${severity}[${code}]: ` }), message),
      ...labels.map(excerpt),
      ...notes.map((note) => made("p", { textContent: note })),
      ...(help ? [made("p", { className: "help", textContent: `help: ${help}` })] : []));
  }

  // Before and after in one cell: what was is struck through, how much it is follows.
  function difference([before, after], amount) {
    if (before === after) return made("td", {});
    const was = typeof before === "number" ? exact(before) : before, is = typeof after === "number" ? exact(after) : after;
    return made("td", {}, made("s", { textContent: was }), " ", is || "removed", made("em", { textContent: amount }));
  }

  function percent([before, after]) {
    if (typeof before !== "number" || !before) return "";
    const share = (100 * (after - before)) / before;
    return ` ${share < 0 ? "\u2212" : "+"}${Math.abs(share).toFixed(1)} %`;
  }

  function row({ name: said, path, shape, parameters, macs }) {
    const name = made("button", { type: "button", textContent: said });
    name.addEventListener("click", () => { const id = path ? named(path) : 0; if (id !== null) reveal(id); });
    return made("tr", {}, made("td", {}, name), difference(shape, ""), difference(parameters, percent(parameters)), difference(macs, percent(macs)));
  }

  function changed({ parts, more, total }) {
    if (!parts.length) return [];
    const heads = ["changed", "output", "parameters", "MACs"].map((each) => made("th", { textContent: each }));
    const rows = [{ name: "total", path: "", shape: ["", ""], ...total }, ...parts].map(row);
    return [
      made("table", {}, made("thead", {}, made("tr", {}, ...heads)), made("tbody", {}, ...rows)),
      ...(more ? [made("p", { textContent: `and ${plural(more, "more part")}` })] : []),
    ];
  }

  function tell(next) {
    const [found, said] = headline(next);
    strip.dataset.mood = mood(next);
    strip.replaceChildren(
      made("p", { className: "said" }, made("b", { textContent: said }), found),
      made("div", { className: "told" },
        made("div", {}, ...next.diagnostics.map(diagnostic), ...(next.more ? [made("p", { textContent: `and ${plural(next.more, "more diagnostic")}` })] : [])),
        made("div", {}, ...(next.change && !next.broken ? changed(next.change) : []))));
    frame();
  }

  const events = new EventSource("events");
  events.addEventListener("picture", ({ data, lastEventId }) => {
    if (lastEventId === stamp) return;
    stamp = lastEventId;
    start(JSON.parse(data));
  });
  events.addEventListener("state", ({ data }) => { state = JSON.parse(data); tell(state); });
  events.addEventListener("error", () => {
    strip.dataset.mood = "gone";
    strip.replaceChildren(made("p", { className: "said" }, made("b", { textContent: "archspec watch has ended; the picture is the last that it sent" })));
  });
}
