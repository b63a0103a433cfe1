"use strict";
// How each group is composed: chains of vertices, with lanes, forks and tangles between them.
// archspec/views/grids.py says how they are written in the record.
const grids = new Map();  // id of a group -> its chain, read when it is first shown
const plain = new Map();  // id of a repeat -> whether its copies stand in one row

const isEntry = (vertex) => vertex < 0 && vertex % 2 === 0;
const isExit = (vertex) => vertex < 0 && vertex % 2 !== 0;

/** Return the chain of a group as it is now: equal closed copies are one vertex. */
function grid(id) {
  if (!grids.has(id)) grids.set(id, chainOf(record.grids[id]));
  return items[id].isRepeat ? withoutFolded(grids.get(id), id) : grids.get(id);
}

function chainOf(said) {
  const parts = said.map((part, at) => (at % 2 ? part : passageOf(part)));
  return { parts, rows: parts.reduce((sum, part, at) => sum + (at % 2 ? 1 : part.rows), 0) };
}

function passageOf(said) {
  if (said === null) return { kind: "lane", rows: 0, link: null };
  if (Array.isArray(said)) return { kind: "lane", rows: 0, link: linkOf(...said) };
  if (!said.fork) return { kind: "tangle", ...said, strands: said.strands.map(strandOf) };
  const branches = said.fork.map(chainOf);
  return { kind: "fork", branches, rows: Math.max(...branches.map((each) => each.rows)) };
}

const linkOf = (tail, head, value) => ({ tail, head, value });
const strandOf = ([tail, head, chain, row, column]) => ({ tail, head, chain: chainOf(chain), row, column });

/** Whether copies stand in one row, each taking what the one before gives, and nothing else. */
function isPlain(id) {
  if (!plain.has(id)) plain.set(id, record.grids[id].every((part, at) => at % 2 || part === null || Array.isArray(part)));
  return plain.get(id);
}

function withoutFolded(chain, id) {
  const box = new Map(runs(id).flatMap((run) => run.map((each) => [each, run[0]])));
  const parts = [chain.parts[0]];
  for (let at = 1; at < chain.parts.length; at += 2) {
    const vertex = chain.parts[at], lane = chain.parts[at + 1];
    if ((box.get(vertex) ?? vertex) === vertex) parts.push(vertex, lane);
    else parts[parts.length - 1] = lane;
  }
  return chainBetween(parts, box);
}

function chainBetween(parts, box) {
  const named = (vertex) => box.get(vertex) ?? vertex;
  const moved = (part) => (part.link ? { ...part, link: { ...part.link, tail: named(part.link.tail), head: named(part.link.head) } } : part);
  return { parts: parts.map((part, at) => (at % 2 ? part : part.kind === "lane" ? moved(part) : part)), rows: (parts.length - 1) / 2 };
}

/** List the lanes of a chain that are arrows. */
function lanesOf(chain) {
  return chain.parts.flatMap((part, at) => {
    if (at % 2) return [];
    if (part.kind === "lane") return part.link ? [part] : [];
    const inner = part.kind === "fork" ? part.branches : part.strands.map((each) => each.chain);
    return inner.flatMap(lanesOf);
  });
}

/** List the arrows between the boxes and gates of an open group. */
const drawnArrows = (id) => lanesOf(grid(id)).map((lane) => lane.link);

/** Find the row of each vertex: branches begin in one row, gates out stand in the last. */
function rowsOf(chain) {
  const found = new Map();
  putRows(chain, 0, found);
  const last = Math.max(0, ...found.values());
  for (const vertex of found.keys()) if (isExit(vertex)) found.set(vertex, last);
  return found;
}

function putRows(chain, start, found) {
  let row = start;
  chain.parts.forEach((part, at) => {
    if (at % 2) found.set(part, row);
    else if (part.kind === "fork") for (const branch of part.branches) putRows(branch, row, found);
    else if (part.kind === "tangle") putTangle(part, row, found);
    row += at % 2 ? 1 : part.rows;
  });
}

function putTangle(tangle, row, found) {
  for (const [vertex, down] of tangle.vertices) found.set(vertex, row + down);
  for (const { chain, row: down } of tangle.strands) if (down !== undefined) putRows(chain, row + down, found);
}
