// Single keys in the queue: j and k go from case to case, x ticks one, / searches, ? shows the keys. They move the real
// focus, so Enter and a screen reader need nothing of it. Without this the page has all of it by Tab and the mouse.
"use strict";
const KEPT = "recourse-queue-keys"; // "off" where somebody turned them off
const help = document.getElementById("keys");
const search = document.getElementById("q");
const wanted = help.querySelector("input");
const rows = [...document.querySelectorAll(".queue tbody tr")];
const TYPED = "textarea, select, input:not([type=checkbox]), [contenteditable]";

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // then it holds for this page
  }
}

function focused() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const here = focused();
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  const onward = next >= rows.length ? document.querySelector("a[rel=next]") : rows[next]?.querySelector("th a");
  onward?.focus();
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  x: () => rows[focused()]?.querySelector("input[type=checkbox]")?.click(),
  "/": () => search.focus(),
  "?": () => {
    help.open = !help.open;
    help.querySelector("summary").focus();
  },
};

help.hidden = false;
wanted.checked = kept() !== "off";
wanted.addEventListener("change", () => keep(wanted.checked ? "on" : "off"));
document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || !wanted.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPED)) return;
  event.preventDefault();
  act();
});
