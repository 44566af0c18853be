// Changing the draft on the board: buttons of the panel, dragging, and the keyboard.
"use strict";

(() => {
  const table = Board.table;
  const box = document.querySelector("[data-panel-cell]");
  const token = document.querySelector("input[name=csrf_token]").value;
  let carried = null; // { lawyer, name, from: shift or "", role }

  // One act after the other; what an act says is read off the board when its turn comes.
  let last = Promise.resolve();
  function send(path, fields) {
    last = last.then(() => sendNow(path, typeof fields === "function" ? fields() : fields));
    return last;
  }

  async function sendNow(path, fields) {
    if (!fields) return;
    Board.busy = true;
    const focused = box.contains(document.activeElement);
    const body = new URLSearchParams(fields);
    body.set("revision", String(Board.revision));
    try {
      const open = Board.chosen || "";
      const answer = await fetch(`${path}?open=${encodeURIComponent(open)}`, {
        method: "POST", body, headers: { "X-Part": "1", "X-CSRF-Token": token },
      });
      if (answer.redirected) { location.reload(); return; }
      const type = answer.headers.get("content-type") || "";
      if (!type.startsWith("application/json")) { location.reload(); return; }
      const told = await answer.json();
      if (!("rows" in told)) { Board.say([told.detail || told.title || ""]); return; }
      Board.draw(told);
      if (told.kind === "done") Board.just(touched(fields));
      if (told.panel) Board.fill(told.panel);
      else if (Board.chosen) await Board.again();
      if (focused && !box.contains(document.activeElement)) box.querySelector("[data-head]")?.focus();
    } catch {
      Board.say([table.dataset.lost || "…"]);
    } finally {
      Board.busy = false;
    }
  }

  function touched(fields) {
    const found = new URLSearchParams(fields);
    return [found.get("shift"), found.get("from_shift")].filter(Boolean);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    const sent = new FormData(form, event.submitter);
    send(new URL(form.action).pathname, [...sent.entries()].map(([key, value]) => [key, String(value)]));
  });

  // What a cell shows of itself, as the server would write it: so a stale page is noticed.
  function state(cell) {
    return [...cell.querySelectorAll("[data-l]")].map((one) => {
      const role = one.classList.contains("sb") ? "standby" : "primary";
      return `${one.dataset.l}.${role}${one.querySelector(".lk") ? "*" : ""}`;
    }).join(",");
  }

  function put(cell, over) {
    const what = carried;
    carried = null;
    clear();
    if (!what || !cell || cell.dataset.s === what.from && !over) return;
    const target = over && over.closest("[data-l]");
    const vacant = cell.classList.contains("vac");
    const role = target?.classList.contains("sb") ? "standby"
      : target || !vacant ? "primary"
      : cell.querySelector("[data-l]:not(.sb)") && !cell.querySelector(".sb") && what.role === "standby" ? "standby"
      : "primary";
    const fields = [
      ["act", what.from ? "move" : "assign"], ["lawyer", what.lawyer],
      ["shift", cell.dataset.s], ["role", role], ["saw", `${cell.dataset.s}=${state(cell)}`],
    ];
    if (target && target.dataset.l !== what.lawyer) fields.push(["instead", target.dataset.l]);
    if (what.from) {
      fields.push(["from_shift", what.from], ["from_role", what.role]);
      const source = Board.find(what.from);
      if (source && source !== cell) fields.push(["saw", `${what.from}=${state(source)}`]);
    }
    Board.choose(cell);
    send(`${Board.week}/edit`, fields);
  }

  function clear() {
    if (!carried) Board.aims.clear();
    for (const one of table.querySelectorAll(".aim, .held")) one.classList.remove("aim", "held");
  }

  function lift(person) {
    const cell = person.closest(".d");
    return {
      lawyer: person.dataset.l || person.dataset.c,
      from: cell ? cell.dataset.s : "",
      role: person.classList.contains("sb") ? "standby" : "primary",
    };
  }

  // Who is under the pointer can be dragged; thousands of cells need not be told beforehand.
  document.addEventListener("pointerover", (event) => {
    const person = event.target.closest?.(".d [data-l], [data-c]");
    if (person && (table.contains(person) || box.contains(person))) person.draggable = true;
  });

  document.addEventListener("dragstart", (event) => {
    const person = event.target.closest?.("[data-l], [data-c]");
    if (!person || !(table.contains(person) || box.contains(person))) return;
    carried = lift(person);
    event.dataTransfer.setData("text/plain", person.textContent.trim());
    event.dataTransfer.effectAllowed = "move";
    person.closest(".d")?.classList.add("held");
    Board.aims.ask(carried);
  });
  table.addEventListener("dragover", (event) => {
    const cell = event.target.closest(".d");
    if (!carried || !cell) return;
    event.preventDefault();
    if (!cell.classList.contains("aim")) {
      for (const one of table.querySelectorAll(".aim")) one.classList.remove("aim");
      cell.classList.add("aim");
      Board.aims.over(cell);
    }
  });
  table.addEventListener("drop", (event) => {
    const cell = event.target.closest(".d");
    if (!carried || !cell) return;
    event.preventDefault();
    put(cell, event.target.closest("[data-l]"));
  });
  document.addEventListener("dragend", () => { carried = null; clear(); });

  // By keyboard: X lifts who is in the cell, V puts them down; L locks, Delete takes off.
  function act(cell, name) {
    const shift = cell.dataset.s;
    Board.choose(cell);
    send(`${Board.week}/edit`, () => {
      const now = Board.find(shift);
      const person = now?.querySelector("[data-l]");
      if (!person) return null;
      const what = lift(person);
      return [
        ["act", name === "lock" && person.querySelector(".lk") ? "unlock" : name], ["shift", shift],
        ["lawyer", what.lawyer], ["role", what.role], ["saw", `${shift}=${state(now)}`],
      ];
    });
  }
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest(".d");
    if (carried && cell) Board.aims.over(cell);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".d");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "l") act(cell, "lock");
    else if (key === "delete" || key === "backspace") act(cell, "remove");
    else if (key === "x" && cell.querySelector("[data-l]")) {
      clear();
      carried = lift(cell.querySelector("[data-l]"));
      cell.classList.add("held");
      Board.aims.ask(carried);
    } else if (key === "escape" && carried) {
      carried = null;
      clear();
    } else if (key === "v" && carried) put(cell, null);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const name = key === "z" && !event.shiftKey ? "undo" : key === "y" || key === "z" ? "redo" : "";
    if (!name) return;
    event.preventDefault();
    send(`${Board.week}/${name}`, [["shift", Board.chosen || ""]]);
  });
})();
