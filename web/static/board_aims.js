// While somebody is carried over the board: the cells where they could go, each with its price.
"use strict";

(() => {
  const table = Board.table;
  let aimed = null; // the answer that is drawn
  let asked = 0;

  function sign(cost) {
    return cost > 0 ? `+${cost}` : cost < 0 ? `−${-cost}` : "±0";
  }

  function draw(found) {
    aimed = found;
    table.classList.add("aiming");
    const best = Math.min(...Object.values(found.can));
    for (const [shift, cost] of Object.entries(found.can)) {
      const cell = Board.find(shift);
      if (!cell) continue;
      cell.classList.add("can");
      if (cost === best) cell.classList.add("best");
      cell.dataset.price = sign(cost);
    }
    Board.say([found.said]);
  }

  function clear() {
    asked += 1;
    if (!aimed) return;
    aimed = null;
    table.classList.remove("aiming");
    for (const cell of table.querySelectorAll(".can")) {
      cell.classList.remove("can", "best");
      delete cell.dataset.price;
    }
    Board.say([]);
  }

  async function ask(what) {
    clear();
    const mine = asked;
    const query = new URLSearchParams({ lawyer: what.lawyer });
    if (what.from) { query.set("from", what.from); query.set("role", what.role); }
    try {
      const answer = await fetch(`${Board.week}/aims?${query}`, { headers: { "X-Part": "1" } });
      if (!answer.ok || answer.redirected || mine !== asked) return;
      const found = await answer.json();
      if (mine === asked) draw(found);
    } catch {
      // Without it one may still drop anywhere: what that breaks is said then.
    }
  }

  // Over a cell that would break a rule, which one is said before anything is dropped.
  function over(cell) {
    if (!aimed) return;
    const bar = aimed.bars[cell.dataset.s];
    Board.say([bar ? aimed.titles[bar] : aimed.said]);
  }

  Board.aims = { ask, clear, over };
})();
