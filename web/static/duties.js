// What scripts add to leave and swaps; without them all fields stand there, and everything works.
"use strict";

// Of the fields for days, half-days and hours only those of the chosen kind are shown.
function chooseHow(form) {
  const show = () => {
    const how = form.elements.how.value;
    for (const box of form.querySelectorAll("[data-how]")) {
      box.hidden = !box.dataset.how.split(" ").includes(how);
    }
  };
  form.addEventListener("change", show);
  show();
}

// A button that takes an address into the clipboard, where the browser lets it.
function copies(button) {
  const field = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !field) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    } catch {
      field.select(); // not allowed: marked, to be copied by hand
    }
  });
}

// Ticks all that are harmless, or none.
function ticksAll(box) {
  box.hidden = false;
  const all = box.querySelector("input");
  const boxes = [...document.querySelectorAll(`input[name="${box.dataset.all}"]`)];
  all.addEventListener("change", () => boxes.forEach((one) => { one.checked = all.checked; }));
}

// A colleague is found among many by name or firm; who is ticked already stays in sight.
function finds(box) {
  const field = box.querySelector("input");
  const said = box.querySelector("[role=status]");
  const ways = [...document.querySelectorAll(".ways-list .tick")];
  const folds = [...document.querySelectorAll("details:has(.ways-list)")];
  box.hidden = false;
  function draw() {
    const wanted = field.value.trim();
    let found = 0;
    for (const way of ways) {
      const named = [...way.querySelectorAll("b, small")].some((one) => one.textContent.includes(wanted));
      way.hidden = !named && !way.querySelector("input").checked;
      found += named ? 1 : 0;
    }
    for (const fold of folds) fold.open = wanted !== "" || Boolean(fold.querySelector("input:checked"));
    said.textContent = found ? "" : box.dataset.finds;
  }
  field.addEventListener("input", draw);
  // Enter in this field looks for somebody; it does not offer the duty.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

document.querySelectorAll("[data-finds]").forEach(finds);
document.querySelectorAll("form[data-leave]").forEach(chooseHow);
document.querySelectorAll("[data-copy]").forEach(copies);
document.querySelectorAll("[data-all]").forEach(ticksAll);
