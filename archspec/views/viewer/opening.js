"use strict";
// Opening and closing groups, as many as can be shown.
const MOST_BOXES = 1500;

/** Open or close a group; of a repeat, one copy opens. */
function toggle(id) {
  const item = items[id];
  if (!item.isGroup || id === 0) return;
  if (item.isOpen) closeGroup(item);
  else openGroup(item);
  draw(id);
}

function openGroup(item) {
  item.isOpen = true;
  const first = items[item.children[0]];
  if (item.isRepeat && first.isGroup && !first.isLayer) first.isOpen = true;
  if (countVisible() <= MOST_BOXES) return;
  item.isOpen = false;
  say(`${exact(MOST_BOXES)} boxes are shown at most, and ${item.label} has too many`);
}

// A repeat none of whose copies is open any more is one box again.
function closeGroup(item) {
  item.isOpen = item.isApart = false;
  const parent = items[item.parent];
  if (parent.isRepeat && !parent.children.some((each) => items[each].isOpen || items[each].isApart)) parent.isOpen = false;
}

/** Open level by level as much as can be shown, and say what is left; layers open when all modules are. */
function expand(id) {
  const isClosed = (each) => items[each].isGroup && !items[each].isOpen;
  const within = [id, ...contents(id)].filter(isClosed);
  const modules = within.filter((each) => !items[each].isLayer);
  const wanted = modules.length ? modules : within;
  const left = wanted.sort((a, b) => ancestors(a).length - ancestors(b).length).filter((each) => {
    items[each].isOpen = true;
    if (countVisible() <= MOST_BOXES) return false;
    items[each].isOpen = false;
    return true;
  });
  draw(id);
  if (left.length) say(`opened ${exact(wanted.length - left.length)} of ${exact(wanted.length)} groups: ${exact(MOST_BOXES)} boxes are shown at most`);
}

/** Close an item and all that is in it. */
function collapse(id) {
  for (const each of [id, ...contents(id)]) {
    items[each].isApart = false;
    if (each !== 0) items[each].isOpen = false;
  }
  if (id !== 0) closeGroup(items[id]);
  draw(visible(id));
}

/** Open what is around an item, choose it, and bring it into sight. */
function reveal(id) {
  const around = ancestors(id).slice(1);
  if (items[items[id].parent]?.isRepeat) items[id].isApart = true;
  for (const each of around) items[each].isOpen = true;
  if (countVisible() > MOST_BOXES) for (const item of items) item.isOpen = around.includes(item.id);
  draw();
  choose(id);
  centreWithin(id, items[id].parent);
}
