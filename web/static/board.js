// The week board: filters, search, and the keyboard; the page shows everything without it.
"use strict";

(() => {
  const board = document.querySelector("[data-board]");
  const filters = document.querySelector("[data-filters]");
  if (!board || !filters) return;
  const groups = [...board.tBodies].map((body) => ({
    body,
    rows: [...body.rows].slice(1).map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const count = filters.querySelector("[data-count]");

  function fits(entry, wanted, group) {
    const row = entry.row;
    return (!wanted.county || group.body.dataset.county === wanted.county)
      && (!wanted.level || row.dataset.level === wanted.level)
      && (!wanted.vacant || "vacant" in row.dataset)
      && (!wanted.changed || "changed" in row.dataset)
      && (!wanted.q || entry.text.includes(wanted.q));
  }

  function mark(q) {
    for (const cell of board.querySelectorAll(".hit")) cell.classList.remove("hit");
    if (!q) return;
    for (const cell of board.querySelectorAll(".d"))
      if (cell.textContent.toLowerCase().includes(q)) cell.classList.add("hit");
  }

  function apply() {
    const form = new FormData(filters);
    const wanted = {
      q: form.get("q").trim().toLowerCase(),
      county: form.get("county"),
      level: form.get("level"),
      vacant: form.has("vacant"),
      changed: form.has("changed"),
    };
    let shown = 0;
    for (const group of groups) {
      let some = 0;
      for (const entry of group.rows) {
        const show = fits(entry, wanted, group);
        entry.row.hidden = !show;
        some += show;
      }
      group.body.hidden = !some;
      shown += some;
    }
    board.classList.toggle("firms", form.has("firms"));
    count.textContent = `${shown} / ${groups.reduce((sum, group) => sum + group.rows.length, 0)}`;
    mark(wanted.q);
  }

  filters.hidden = false;
  filters.addEventListener("input", apply);
  filters.addEventListener("submit", (event) => event.preventDefault());
  apply();

  // One cell at a time can be chosen; arrows move, Enter chooses, Escape shows the week again.
  const box = document.querySelector("[data-panel-cell]");
  const week = document.querySelector("[data-panel-week]");
  let chosen = null;

  function say(tag, text, parent) {
    const made = document.createElement(tag);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function heading(cell) {
    const td = cell.closest("td");
    let column = 0;
    for (let before = td.previousElementSibling; before; before = before.previousElementSibling)
      if (before.tagName === "TD") column += before.colSpan;
    const day = board.tHead.rows[0].cells[1 + Math.floor(column / 2)].textContent.trim().replace(/\s+/g, " ");
    const post = td.parentElement.cells[0];
    return [post.lastChild.title, `${day} ${cell.dataset.h}`];
  }

  function choose(cell) {
    if (chosen) chosen.removeAttribute("aria-pressed");
    chosen = cell;
    week.hidden = Boolean(cell);
    box.hidden = !cell;
    if (!cell) return;
    cell.setAttribute("aria-pressed", "true");
    const [post, when] = heading(cell);
    box.replaceChildren();
    say("h2", post, box);
    say("p", when, box).className = "quiet";
    const list = say("ul", "", box);
    list.className = "whys";
    for (const person of cell.querySelectorAll(":scope > span")) {
      const item = say("li", "", list);
      say("b", person.firstChild.textContent, item);
      say("p", [person.className && board.dataset.standby, person.title].filter(Boolean).join(" · "), item);
    }
    const vacancy = cell.querySelector("em");
    const whys = document.querySelectorAll(`[data-why="${CSS.escape(cell.dataset.s)}"]`);
    if (vacancy && !whys.length)
      say("b", vacancy.textContent, say("li", "", list)).className = "vacword";
    for (const why of whys) {
      const item = list.appendChild(why.cloneNode(true));
      item.firstChild.textContent = vacancy ? vacancy.textContent : "";
      item.firstChild.className = "vacword";
    }
    const back = say("button", board.dataset.back, box);
    back.className = "btn";
    back.type = "button";
    back.addEventListener("click", () => { choose(null); cell.focus(); });
  }

  const cells = [...board.querySelectorAll(".d")];
  for (const cell of cells) {
    cell.tabIndex = -1;
    cell.setAttribute("role", "button");
  }
  if (cells.length) cells[0].tabIndex = 0;

  function focus(cell) {
    if (!cell) return;
    for (const other of board.querySelectorAll('.d[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  function beside(cell, step) {
    let td = cell.closest("td");
    do td = step > 0 ? td.nextElementSibling : td.previousElementSibling;
    while (td && !td.querySelector(".d"));
    return td && td.querySelector(".d");
  }

  function below(cell, step) {
    const index = cell.closest("td").cellIndex;
    const rows = groups.flatMap((group) => group.rows.map((entry) => entry.row)).filter((row) => !row.hidden);
    let at = rows.indexOf(cell.closest("tr")) + step;
    while (rows[at] && !rows[at].cells[index]?.querySelector(".d")) at += step;
    return rows[at] && rows[at].cells[index].querySelector(".d");
  }

  board.addEventListener("click", (event) => {
    const cell = event.target.closest(".d");
    if (cell) { focus(cell); choose(cell); }
  });
  board.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".d");
    if (!cell) return;
    const moves = {
      ArrowRight: () => beside(cell, 1), ArrowLeft: () => beside(cell, -1),
      ArrowDown: () => below(cell, 1), ArrowUp: () => below(cell, -1),
    };
    if (moves[event.key]) { event.preventDefault(); focus(moves[event.key]()); }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(cell); }
    if (event.key === "Escape") choose(null);
  });
})();
