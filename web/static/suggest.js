// While a question is written: the place it names, categories to tap, and answers that are there already.
"use strict";

function suggesting() {
  const story = document.getElementById("text");
  const chooser = document.getElementById("category");
  const offered = document.querySelector("[data-suggest]");
  const near = document.querySelector("[data-similar]");

  // What the server makes of the text: a part of a page, or nothing where it cannot say just now.
  async function part(path) {
    const form = story.form;
    const body = new URLSearchParams({ text: story.value.slice(0, 5000) });
    const headers = { "X-CSRF-Token": form.elements.csrf_token.value };
    try {
      const answer = await fetch(path, { method: "POST", body, headers });
      return answer.status === 200 ? await answer.text() : null;
    } catch {
      return null; // the connection is away; nothing is lost, only not offered
    }
  }

  function mark() {
    for (const chip of offered.querySelectorAll("[data-category]")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.category === chooser.value));
    }
  }

  // The place that the story names stands in the hint's line, and is sent where none is chosen.
  function showPlace(found) {
    const line = document.querySelector(".placed");
    const none = document.querySelector("#division option[value='']");
    if (!line || !none) return;
    none.textContent = found ? found.dataset.placed : none.dataset.none;
    line.replaceChildren(...(found ? [found] : []));
    line.parentElement.classList.toggle("either-placed", Boolean(found));
  }

  document.querySelector(".placed")?.addEventListener("click", (event) => {
    if (!event.target.closest("[data-change]")) return;
    const select = document.getElementById("division");
    select.focus();
    try {
      select.showPicker();
    } catch {
      // An older browser opens it at a tap of its own.
    }
  });

  function suggestAsTyped() {
    let asked = 0;
    let waiting = 0;
    let before = "";
    async function look() {
      const text = story.value.trim();
      if (text === before) return;
      before = text;
      const mine = ++asked;
      const html = await part(offered.dataset.suggest);
      // A slower answer to an earlier text is dropped.
      if (html === null || mine !== asked) return;
      offered.innerHTML = html;
      showPlace(offered.querySelector("[data-placed]"));
      mark();
    }
    story.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 400);
    });
    offered.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-category]");
      if (!chip) return;
      const taken = chooser.value === chip.dataset.category;
      chooser.value = taken ? "" : chip.dataset.category;
      chooser.dispatchEvent(new Event("change", { bubbles: true }));
      mark();
    });
    chooser.addEventListener("change", mark);
    look();
  }

  function offerWhenOpened() {
    const fold = near.closest("details");
    fold.addEventListener("toggle", async () => {
      if (!fold.open) return;
      const html = await part(near.dataset.similar);
      if (html !== null) near.innerHTML = html;
    });
  }

  if (story && chooser && offered) suggestAsTyped();
  if (story && near) offerWhenOpened();
}

suggesting();
document.addEventListener("anew", suggesting); // its form has been drawn anew
