// The week board: filters, search, the keyboard, one chosen cell; the page shows all without it.
"use strict";

// Shared with the other scripts of the board, which are loaded after this one.
const Board = (() => {
  const table = document.querySelector("[data-board]");
  const filters = document.querySelector("[data-filters]");
  const count = filters.querySelector("[data-count]");
  const none = document.querySelector("[data-none]");
  const kept = "board:";
  let groups = [];
  let chosen = null;

  function gather() {
    groups = [...table.tBodies].map((body) => ({
      body,
      rows: [...body.rows].slice(1).map(entryOf),
    }));
  }

  // What a row says is read when somebody searches, not before.
  function entryOf(row) {
    let said;
    return { row, get text() { return (said ??= row.textContent.toLowerCase()); } };
  }

  function fits(entry, wanted, group) {
    const row = entry.row;
    return (!wanted.county || group.body.dataset.county === wanted.county)
      && (!wanted.level || row.dataset.level === wanted.level)
      && (!wanted.vacant || "vacant" in row.dataset)
      && (!wanted.changed || "changed" in row.dataset)
      && (!wanted.q || entry.text.includes(wanted.q)
        || (group.body.rows[0].textContent.toLowerCase().includes(wanted.q)));
  }

  function mark(q) {
    for (const cell of table.querySelectorAll(".hit")) cell.classList.remove("hit");
    if (!q) return;
    for (const cell of table.querySelectorAll(".d"))
      if (cell.textContent.toLowerCase().includes(q)) cell.classList.add("hit");
  }

  function apply() {
    const form = new FormData(filters);
    const wanted = {
      q: (form.get("q") || "").trim().toLowerCase(),
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
        if (entry.row.hidden === show) entry.row.hidden = !show;
        some += show;
      }
      group.body.hidden = !some;
      shown += some;
    }
    table.classList.toggle("firms", form.has("firms") || table.classList.contains("one-day"));
    table.classList.toggle("tight", form.has("tight"));
    none.hidden = shown > 0;
    count.textContent = `${shown} / ${groups.reduce((sum, group) => sum + group.rows.length, 0)}`;
    mark(wanted.q);
  }

  function remember() {
    try {
      for (const name of ["tight", "firms"])
        if (filters.elements[name]) localStorage.setItem(kept + name, filters.elements[name].checked ? "1" : "");
    } catch {
      // Storage is closed to us; the choice lasts as long as the page.
    }
  }

  function recall() {
    try {
      for (const name of ["tight", "firms"])
        if (filters.elements[name]) filters.elements[name].checked = Boolean(localStorage.getItem(kept + name));
    } catch {
      // As above.
    }
  }

  // One cell at a time is in the tab order; arrows walk over the others.
  function ready(root) {
    for (const cell of root.querySelectorAll(".d")) {
      if (cell.tabIndex !== -1) cell.tabIndex = -1;
    }
    if (!table.querySelector('.d[tabindex="0"]')) {
      const first = table.querySelector(".d");
      if (first) first.tabIndex = 0;
    }
  }

  function focus(cell) {
    if (!cell) return;
    for (const other of table.querySelectorAll('.d[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  function beside(cell, step) {
    const own = [...cell.closest("td").querySelectorAll(".d")];
    const next = own[own.indexOf(cell) + step];
    if (next) return next;
    let td = cell.closest("td");
    do td = step > 0 ? td.nextElementSibling : td.previousElementSibling;
    while (td && !td.querySelector(".d"));
    return td && td.querySelector(".d");
  }

  function column(td) {
    let at = 0;
    for (let before = td.previousElementSibling; before; before = before.previousElementSibling) at += before.colSpan;
    return at;
  }

  function at(row, wanted) {
    for (const td of row.cells) {
      const from = column(td);
      if (from <= wanted && wanted < from + td.colSpan) return td.querySelector(".d");
    }
    return null;
  }

  function below(cell, step) {
    const wanted = column(cell.closest("td"));
    const rows = groups.flatMap((group) => group.rows.map((entry) => entry.row)).filter((row) => !row.hidden);
    let index = rows.indexOf(cell.closest("tr")) + step;
    while (rows[index] && !at(rows[index], wanted)) index += step;
    return rows[index] && at(rows[index], wanted);
  }

  function find(shift) {
    return table.querySelector(`.d[data-s="${CSS.escape(shift)}"]`);
  }

  function choose(cell) {
    if (chosen) chosen.removeAttribute("aria-current");
    chosen = cell;
    if (cell) cell.setAttribute("aria-current", "true");
    document.dispatchEvent(new CustomEvent("board:chosen", { detail: cell && cell.dataset.s }));
  }

  // The page came with this cell open in its panel.
  function open(cell) {
    chosen = cell;
    cell.setAttribute("aria-current", "true");
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // A row drawn anew takes the place of the old one; what was chosen or focused stays so.
  function replace(rows, heads) {
    const at = document.activeElement?.dataset?.s;
    const current = chosen?.dataset.s;
    for (const [post, html] of Object.entries(rows)) {
      const old = table.querySelector(`tr[data-post="${CSS.escape(post)}"]`);
      if (!old) continue;
      const holder = document.createElement("tbody");
      holder.innerHTML = html;
      const fresh = holder.firstElementChild;
      old.replaceWith(fresh);
      ready(fresh);
    }
    for (const [code, html] of Object.entries(heads)) {
      const head = table.querySelector(`tbody[data-county="${CSS.escape(code)}"] .group th`);
      if (head) head.innerHTML = html;
    }
    gather();
    if (current) {
      chosen = find(current);
      if (chosen) chosen.setAttribute("aria-current", "true");
    }
    if (at && find(at)) focus(find(at));
    apply();
  }

  function just(shifts) {
    for (const old of table.querySelectorAll(".just")) old.classList.remove("just");
    for (const shift of shifts) find(shift)?.classList.add("just");
  }

  table.addEventListener("click", (event) => {
    const cell = event.target.closest(".d");
    if (!cell || event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    focus(cell);
    choose(cell);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".d");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = {
      ArrowRight: () => beside(cell, 1), ArrowLeft: () => beside(cell, -1),
      ArrowDown: () => below(cell, 1), ArrowUp: () => below(cell, -1),
    };
    if (moves[event.key]) { event.preventDefault(); focus(moves[event.key]()); }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(cell); }
    if (event.key === "Escape") choose(null);
  });

  filters.hidden = false;
  recall();
  Address.read(filters);
  gather();
  ready(table);
  filters.addEventListener("input", () => { apply(); remember(); Address.write(filters); });
  none.querySelector("button").addEventListener("click", () => {
    for (const name of ["q", "county", "level"]) if (filters.elements[name]) filters.elements[name].value = "";
    for (const name of ["vacant", "changed"]) if (filters.elements[name]) filters.elements[name].checked = false;
    apply();
    Address.write(filters);
    filters.elements.q.focus();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  apply();
  just((table.dataset.just || "").split(" ").filter(Boolean));

  return {
    table, choose, open, find, focus, replace, just, column,
    get chosen() { return chosen && chosen.dataset.s; },
    week: `/scheduler/week/${table.dataset.week}`,
    revision: Number(table.dataset.revision),
    editable: "editable" in table.dataset,
    show: new URLSearchParams(location.search).get("show") || "",
  };
})();
