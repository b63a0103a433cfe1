"use strict";
// One group laid out: positions along the flow and across it, from the size of what is in it.
// It does what archspec/views/layout/laying.py does.
const LEAD = 8, TRACK = 8, ARROW = 12;

/** Lay out a group; `room` is kept free at its start and end, `length` is its least length. */
class Laying {
  constructor(chain, bodies, room) {
    Object.assign(this, { bodies, room, rows: rowsOf(chain), across: new Across(chain, bodies) });
    this.lines = lanesOf(chain).map((lane) => this.directed(lane));
    this.count = Math.max(-1, ...this.rows.values()) + 1;
    this.members = Array.from({ length: this.count }, () => []);
    for (const [vertex, row] of this.rows) this.members[row].push(vertex);
    this.ports = new Map(this.arrivals());
    this.channels = this.members.map(() => new Channel());
    for (const line of this.lines) this.enter(line);
    this.tracks = this.channels.map((channel) => channel.tracks());
    this.stack();
    this.extents = new Map([...this.rows.keys()].map((vertex) => [vertex, this.extent(vertex)]));
    this.routes = this.lines.map((line) => ({ link: line.lane.link, points: this.route(line) }));
  }

  /** Put the ends of a line into the order of their rows. */
  directed(lane) {
    const { tail, head } = lane.link, isForward = this.rows.get(tail) <= this.rows.get(head);
    return { lane, isForward, first: isForward ? tail : head, last: isForward ? head : tail };
  }

  span(vertex) { return this.across.wide.get(vertex) ?? this.bodies.get(vertex).span; }

  /** Find where a line meets a frame, from its axis; 0 for everything else. */
  gate({ lane: { link } }, vertex) {
    const body = this.bodies.get(vertex);
    return (link.tail === vertex ? body.exits : body.entries)?.get(link.value) ?? 0;
  }

  departure(line) { return this.across.axes.get(line.first) + this.gate(line, line.first); }

  isShort(line) { return this.rows.get(line.last) - this.rows.get(line.first) === 1; }

  /** Find where each line arrives at its last vertex. */
  arrivals() {
    const into = new Map();
    for (const line of this.lines) into.set(line.last, [...(into.get(line.last) ?? []), line]);
    return [...into].flatMap(([vertex, lines]) => {
      const at = this.across.axes.get(vertex);
      if (!this.bodies.get(vertex).isBox) return lines.map((line) => [line.lane, at + this.gate(line, vertex)]);
      return this.spread(vertex, at, lines.filter((line) => !this.across.beside.has(line.lane)));
    });
  }

  spread(vertex, at, lines) {
    if (!lines.length) return [];
    const { before, behind } = this.span(vertex);
    const aims = lines.map((line) => {
      const lane = this.across.lanes.get(line.lane);
      return [lane, this.isShort(line) ? this.departure(line) : lane];
    });
    const found = ports(at - before, at + behind, at, aims);
    return lines.map((line, each) => [line.lane, found[each]]);
  }

  // Lines of one value out of one vertex share a track.
  fork(line) { return `${line.first} ${line.lane.link.value}`; }

  /** Lead a line through the channel behind its first vertex and the one before its last. */
  enter(line) {
    const lane = this.across.lanes.get(line.lane), port = this.ports.get(line.lane);
    const way = this.isShort(line) ? port ?? lane : lane;
    this.channels[this.rows.get(line.first)].add(this.fork(line), this.departure(line), way);
    if (!this.isShort(line) && port !== undefined) this.channels[this.rows.get(line.last) - 1].add(line.lane, lane, port);
  }

  /** Find where each row starts, where the channel behind it begins, and the length of all. */
  stack() {
    let start = this.isGates(0, isEntry) ? 0 : this.room.start + LEAD;
    this.starts = [];
    this.leads = [];
    for (let row = 0; row < this.count; row++) {
      const [body, channel] = this.heights(row);
      this.starts.push(start);
      this.leads.push(start + body);
      start += body + channel;
    }
    const last = this.leads.at(-1) ?? start;
    this.length = Math.max(this.isGates(this.count - 1, isExit) ? last : last + this.room.end + LEAD, this.room.length);
  }

  isGates(row, role) { return row >= 0 && row < this.count && this.members[row].every(role); }

  heights(row) {
    let length = Math.max(...this.members[row].map((vertex) => this.bodies.get(vertex).length));
    let channel = LEAD + TRACK * Math.max(0, ...this.tracks[row].values()) + ARROW;
    if (this.isGates(row, isEntry)) length += this.room.start;
    if (row === this.count - 2 && this.isGates(row + 1, isExit)) channel += this.room.end;
    return [length, channel];
  }

  /** Find the rectangle of a vertex; gates lie on the border of their group. */
  extent(vertex) {
    const start = isEntry(vertex) ? 0 : isExit(vertex) ? this.length : this.starts[this.rows.get(vertex)];
    const at = this.across.axes.get(vertex), { before, behind } = this.span(vertex);
    return { start, end: start + this.bodies.get(vertex).length, low: at - before, high: at + behind };
  }

  track(row, key) { return this.leads[row] + LEAD + TRACK * (this.tracks[row].get(key) ?? 0); }

  /** Find the points of a line, each by its positions along the flow and across it. */
  route(line) {
    const first = this.rows.get(line.first), last = this.rows.get(line.last);
    const start = this.departure(line), lane = this.across.lanes.get(line.lane), port = this.ports.get(line.lane);
    const turn = this.track(first, this.fork(line));
    const points = [[this.extents.get(line.first).end, start]];
    if (this.across.beside.has(line.lane)) points.push([turn, start], [turn, lane], ...this.beside(line, lane));
    else {
      points.push(...turned(turn, start, this.isShort(line) ? port : lane));
      if (!this.isShort(line)) points.push(...turned(this.track(last - 1, line.lane), lane, port));
      points.push([this.extents.get(line.last).start, port]);
    }
    return line.isForward ? points : points.reverse();
  }

  /** End a line at the side of a box. */
  beside(line, lane) {
    const { start, end, low, high } = this.extents.get(line.last), middle = (start + end) / 2;
    return [[middle, lane], [middle, this.across.beside.get(line.lane) < 0 ? low : high]];
  }
}

const turned = (turn, old, now) => (Math.abs(old - now) > 0.01 ? [[turn, old], [turn, now]] : []);
