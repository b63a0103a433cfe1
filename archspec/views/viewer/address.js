"use strict";
// The address names what is chosen, so that a link leads to it: page.html#inception_a.2.concat.

/** Put what is chosen into the address. */
function keepAddress(id) {
  const wanted = id ? `#${encodeURI(items[id].path)}` : "";
  if (wanted === location.hash) return;
  history.replaceState(null, "", wanted || location.href.split("#")[0]);
}

/** Find what a path names: an item, a part of one, or else the nearest thing around it. */
function named(path) {
  const exactly = items.find((item) => item.path === path && item.id);
  if (exactly) return exactly.id;
  const inside = items.find((item) => item.path.startsWith(`${path}.`));
  if (inside) return inside.id;
  const end = path.lastIndexOf(".");
  return end < 0 ? null : named(path.slice(0, end));
}

/** Show what the address names; say so if nothing has that name. */
function goToAddress(link) {
  const path = decodeURIComponent(link.slice(1));
  if (!path) return;
  const id = named(path);
  if (id === null || !items[id].path.startsWith(path)) say(`nothing is called ${path}`);
  if (id !== null && id !== chosen) reveal(id);
}
