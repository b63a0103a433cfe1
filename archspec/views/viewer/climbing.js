"use strict";
// A ladder laid out, such as U-Net: down on one side, up on the other, a rung at each resolution.
// It does what archspec/views/layout/climbing.py does with closed groups, and columns that do not share their room.
const COLUMN_GAP = 26, ELBOW = 12;

/** Whether the whole network is drawn as a ladder: it is one, and none of its groups is open. */
const isLadder = (id) => id === 0 && record.ladder !== null && !items[0].children.some((each) => items[each].isOpen);

/** Lay out a ladder whose top comes first along the flow, or last if it is hanging. */
class Climbing {
  constructor({ spots, outer, returns }, links, bodies) {
    const way = returns && record.direction === "up" ? -1 : 1;
    this.bodies = bodies;
    this.outer = new Set(outer);
    this.spots = new Map(spots.map(([vertex, row, column]) => [vertex, { row: way * row, column }]));
    this.placeAcross();
    this.placeAlong();
    this.extents = new Map([...this.spots.keys()].map((vertex) => [vertex, this.extent(vertex)]));
    this.routes = links.map((link) => ({ link, points: this.points(link) }));
  }

  /** Find the axis of each vertex, from the widths of columns. */
  placeAcross() {
    const spans = [];
    for (const [vertex, { column }] of this.spots) spans[column] = around(spans[column] ?? NOTHING, this.bodies.get(vertex).span);
    let at = -COLUMN_GAP;
    const places = Array.from(spans, (span = NOTHING) => {
      const place = at + COLUMN_GAP + span.before;
      at = place + span.behind;
      return place;
    });
    this.lows = places.map((place, column) => place - (spans[column] ?? NOTHING).before);
    this.across = { span: { before: 0, behind: at }, axes: new Map([...this.spots].map(([vertex, { column }]) => [vertex, places[column]])) };
  }

  /** Find the middle of each row, and the length of all. */
  placeAlong() {
    const longest = new Map();
    for (const [vertex, { row }] of this.spots) longest.set(row, Math.max(longest.get(row) ?? 0, this.bodies.get(vertex).length));
    let start = LEAD;
    this.middles = new Map();
    for (const [row, high] of [...longest].sort(([one], [other]) => one - other)) {
      this.middles.set(row, start + high / 2);
      start += high + LEAD + ARROW;
    }
    this.length = start - ARROW;
  }

  extent(vertex) {
    const { length, span } = this.bodies.get(vertex), axis = this.across.axes.get(vertex);
    const start = this.middles.get(this.spots.get(vertex).row) - length / 2;
    return { start, end: start + length, low: axis - span.before, high: axis + span.behind };
  }

  /** Find the points of a line, along its column or from the side of a box. */
  points({ tail, head }) {
    const from = this.spots.get(tail), to = this.spots.get(head), start = this.extents.get(tail), end = this.extents.get(head);
    const axis = this.across.axes.get(head), row = this.middles.get(from.row), other = this.middles.get(to.row);
    if (from.column === to.column) {
      const ends = to.row > from.row ? [start.end, end.start] : [start.start, end.end];
      return ends.map((along) => [along, this.across.axes.get(tail)]);
    }
    if (row === other) return [[row, start.high], [row, end.low]];
    if (!this.outer.has(head)) return [[row, start.high], [row, axis], [other < row ? end.end : end.start, axis]];
    const elbow = this.lows[to.column] - ELBOW;
    return [[row, start.high], [row, elbow], [other, elbow], [other, end.low]];
  }
}
