"use strict";
// Channels: the room between two rows, in which lines run across the flow on parallel tracks; and
// ports, where lines arrive. It does what archspec/views/layout/channels.py and ports.py do.
const APART = 4, SAME = 1, OVERLAP = 1000;
const PORT_MARGIN = 4, PORT_STEP = 14, PORT_LEAST = 6;

/** The nets of one channel, by a key: each a source and targets. */
class Channel {
  constructor() { this.nets = new Map(); }

  /** Lead a line through the channel; those with one key share it at its beginning. */
  add(key, source, target) {
    if (!this.nets.has(key)) this.nets.set(key, { source, targets: [] });
    this.nets.get(key).targets.push(target);
  }

  /** Give each net that is not straight a track, counted along the flow. */
  tracks() {
    const turning = [...this.nets].filter(([, { source, targets }]) => targets.some((each) => Math.abs(each - source) >= 0.01));
    const order = leastCrossings(turning.map(([key, net]) => [key, withRange(net)]));
    const found = new Map();
    for (const [key, net] of order) {
      const below = order.filter(([other, beside]) => found.has(other) && meet(net, beside)).map(([other]) => found.get(other));
      found.set(key, Math.max(-1, ...below) + 1);
    }
    return found;
  }
}

const withRange = (net) => ({ ...net, low: Math.min(net.source, ...net.targets), high: Math.max(net.source, ...net.targets) });
const meet = (one, other) => one.low < other.high + APART && other.low < one.high + APART;

/** Put each net where it crosses fewest, then swap neighbours while that helps. */
function leastCrossings(nets) {
  const order = [];
  for (const each of nets) order.splice(bestPlace(order, each[1]), 0, each);
  for (let turn = 0; turn < order.length && swapNeighbours(order); turn++);
  return order;
}

function bestPlace(order, net) {
  let cost = order.reduce((sum, [, other]) => sum + crossings(net, other), 0), best = 0, least = cost;
  order.forEach(([, other], at) => {
    cost += crossings(other, net) - crossings(net, other);
    if (cost <= least) [best, least] = [at + 1, cost];
  });
  return best;
}

function swapNeighbours(order) {
  let isChanged = false;
  for (let at = 0; at + 1 < order.length; at++) {
    const [one, other] = [order[at], order[at + 1]];
    if (crossings(other[1], one[1]) >= crossings(one[1], other[1])) continue;
    [order[at], order[at + 1]] = [other, one];
    isChanged = true;
  }
  return isChanged;
}

/** Count what crosses if one net has its track before that of another. */
function crossings(first, second) {
  if (!meet(first, second)) return 0;
  const within = (at, net) => net.low < at && at < net.high;
  const crossed = first.targets.filter((target) => within(target, second)).length + within(second.source, first);
  return crossed + OVERLAP * first.targets.filter((target) => Math.abs(target - second.source) < SAME).length;
}

/** Find where lines arrive at a box: at their aims if those are apart, or else side by side. */
function ports(low, high, axis, aims) {
  const wanted = aims.map(([aim]) => aim).sort((one, other) => one - other);
  const isApart = wanted.every((each, at) => !at || each - wanted[at - 1] >= PORT_LEAST);
  if (isApart && low + PORT_MARGIN <= wanted[0] && wanted.at(-1) <= high - PORT_MARGIN) return aims.map(([aim]) => aim);
  const order = [...aims.keys()].sort((one, other) => aims[one][1] - aims[other][1] || aims[one][0] - aims[other][0]);
  const straight = order.flatMap((line, at) => (Math.abs(aims[line][1] - axis) < 0.01 ? [at] : []));
  const middle = straight.length === 1 ? straight[0] : (order.length - 1) / 2;
  const reach = Math.max(middle, order.length - 1 - middle) || 1;
  const step = Math.min(PORT_STEP, (Math.min(axis - low, high - axis) - PORT_MARGIN) / reach);
  const found = [];
  order.forEach((line, at) => { found[line] = axis + (at - middle) * step; });
  return found;
}
