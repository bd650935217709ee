// Sends the policy a moment after somebody stopped typing and puts the answer beside it. Without it the button does the same.
"use strict";
const form = document.getElementById("compare");
const text = document.getElementById("policy");
const answer = document.getElementById("answer");
const lines = form.querySelector(".lines");
let waiting = 0;
let asked = null;

function number() {
  const bad = new Set([...answer.querySelectorAll("[data-line]")].map((one) => Number(one.dataset.line)));
  const count = text.value.split("\n").length;
  lines.replaceChildren();
  for (let n = 1; n <= count; n += 1) {
    const line = document.createElement(bad.has(n) ? "b" : "span");
    line.textContent = `${n}\n`;
    lines.append(line);
  }
  lines.scrollTop = text.scrollTop;
  text.toggleAttribute("aria-invalid", false);
  if (bad.size || answer.querySelector(".errors")) text.setAttribute("aria-invalid", "true");
}

async function compare() {
  if (asked) asked.abort();
  asked = new AbortController();
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { "X-Part": "answer" }, signal: asked.signal,
    });
    if (!response.ok) throw new Error(String(response.status));
    answer.innerHTML = await response.text();
    answer.removeAttribute("aria-busy");
    number();
  } catch (error) {
    if (error.name === "AbortError") return;
    answer.removeAttribute("aria-busy");
    const note = document.createElement("p");
    note.className = "note bad";
    note.setAttribute("role", "alert");
    note.textContent = form.dataset.failed;
    answer.prepend(note);
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(compare, 600);
}

text.addEventListener("input", () => { number(); soon(); });
text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
document.getElementById("place").addEventListener("change", soon);
answer.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  const before = text.value.split("\n").slice(0, Number(link.dataset.line) - 1);
  const start = before.reduce((sum, line) => sum + line.length + 1, 0) + Number(link.dataset.column) - 1;
  text.focus();
  text.setSelectionRange(start, start);
  text.scrollTop = Math.max(0, before.length - 8) * (text.scrollHeight / text.value.split("\n").length);
});
lines.classList.add("on");
number();
