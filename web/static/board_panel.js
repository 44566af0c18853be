// The panel beside the board: a cell's own page part, its remedies, and what others changed.
"use strict";

(() => {
  const box = document.querySelector("[data-panel-cell]");
  const whole = document.querySelector("[data-panel-week]");
  const bar = document.querySelector("[data-bar]");
  const hint = document.querySelector("[data-live-hint]");
  const part = { headers: { "X-Part": "1" } };
  let asked = 0;
  let stale = "later" in whole.dataset;

  function fill(html) {
    box.inert = false;
    box.innerHTML = html;
    box.hidden = !html;
    whole.hidden = Boolean(html);
    help();
  }

  async function load(url, focusOn) {
    const mine = ++asked;
    // What still shows belongs to another place: nothing in it may be pressed any more.
    box.inert = true;
    try {
      const answer = await fetch(url, part);
      if (answer.redirected) return location.reload();
      const html = await answer.text();
      if (mine !== asked) return undefined;
      box.inert = false;
      if (!answer.ok) return undefined;
      fill(html);
      if (focusOn) box.querySelector(focusOn)?.focus();
    } catch {
      box.inert = false; // the connection is away for a moment; choosing again tries again
    }
    return undefined;
  }

  // What would fill a vacancy takes a moment to verify: it is asked for until it is there.
  async function help(wanted) {
    const place = box.querySelector("[data-remedies]");
    if (!place || ("later" in place.dataset && !wanted)) return;
    const mine = asked;
    for (let round = 0; round < 20 && mine === asked && place.isConnected; round += 1) {
      try {
        const answer = await fetch(place.dataset.remedies, part);
        const html = await answer.text();
        if (!answer.ok || mine !== asked) return;
        place.innerHTML = html;
        if (!place.querySelector("[data-again]")) return;
      } catch {
        return;
      }
    }
  }

  document.addEventListener("board:chosen", (event) => {
    if (!event.detail) { asked += 1; fill(""); return summary(); }
    box.closest(".panel").scrollTop = 0;
    const query = new URLSearchParams({ shift: event.detail });
    if (Board.show) query.set("show", Board.show);
    return load(`${Board.week}/cell?${query}`);
  });

  box.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if ("back" in link.dataset) {
      event.preventDefault();
      const cell = Board.chosen && Board.find(Board.chosen);
      Board.choose(null);
      if (cell) Board.focus(cell);
    } else if (link.closest("[data-remedies]")) {
      event.preventDefault();
      help(true);
    } else if (link.dataset.part) {
      event.preventDefault();
      load(link.dataset.part, link.dataset.to || ".switch a");
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    const cell = link && Board.find(link.dataset.go);
    if (!cell) return;
    event.preventDefault();
    cell.scrollIntoView({ block: "center", inline: "center" });
    Board.focus(cell);
    Board.choose(cell);
  });
  box.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-seek]");
    if (!form) return;
    event.preventDefault();
    const sent = new FormData(form);
    const query = new URLSearchParams({
      show: sent.get("show"), shift: sent.get("cell"), role: sent.get("role"), who: sent.get("who"),
    });
    load(`${form.dataset.seek}?${query}`, "#who");
  });

  // An answer to an act, or news of others: rows, bar and week are drawn anew.
  function draw(answer) {
    Board.revision = answer.revision;
    bar.innerHTML = answer.bar;
    for (const one of document.querySelectorAll("[data-when-changed]")) one.hidden = false;
    stale = true;
    summary();
    if (Board.table.classList.contains("one-day") || Board.table.classList.contains("by-lawyer")) redraw();
    else {
      Board.replace(answer.rows, answer.heads);
    }
    if (answer.news.length) say(answer.news);
  }

  // The week's summary is reckoned when it is looked at, not after every act.
  async function summary() {
    if (!stale || !box.hidden) return;
    stale = false;
    const answer = await fetch(`${Board.week}/panel`, part);
    if (answer.ok) whole.innerHTML = await answer.text();
  }

  // Other views than the posts' are fetched whole.
  async function redraw() {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const table = fresh.querySelector("[data-board]");
    if (!table) return;
    const rows = {};
    for (const row of table.querySelectorAll("tr[data-post]")) rows[row.dataset.post] = row.outerHTML;
    if (Object.keys(rows).length) Board.replace(rows, {});
    else Board.table.innerHTML = table.innerHTML;
  }

  function say(lines) {
    hint.replaceChildren();
    for (const line of lines.slice(0, 3)) {
      const said = document.createElement("span");
      said.textContent = line;
      hint.append(said, document.createElement("br"));
    }
  }

  function again(focusOn) {
    return load(`${Board.week}/cell?${new URLSearchParams({ shift: Board.chosen })}`, focusOn);
  }

  // What others did to the open place is shown at once, unless somebody types; of other places it need
  // not be, while the keyboard is in the panel.
  function renew(news) {
    const inside = box.contains(document.activeElement);
    const post = Board.find(Board.chosen)?.closest("tr")?.dataset.post;
    if (inside && (document.activeElement.matches("input") || !(post in news.rows))) return;
    again(inside ? "[data-head]" : "");
  }

  async function look() {
    if (document.hidden || !Board.revision || Board.busy) return;
    try {
      const answer = await fetch(`${Board.week}/news?since=${Board.revision}`, part);
      if (answer.redirected) { location.reload(); return; }
      if (answer.status !== 200 || Board.busy) return;
      const news = await answer.json();
      draw(news);
      if (Board.chosen) renew(news);
    } catch {
      // The next look tries again.
    }
  }
  if (Board.editable) {
    setInterval(look, 4000);
    document.addEventListener("visibilitychange", look);
  }

  summary();
  Board.draw = draw;
  Board.fill = fill;
  Board.again = again;
  Board.say = say;
  Board.look = look;
  if (!box.hidden) {
    const cell = Board.find(new URLSearchParams(location.search).get("cell") || "");
    if (cell) Board.open(cell);
    help();
  }
})();
