// Reports that are still being summed up or played through: the part that was not there appears by itself.
"use strict";

(() => {
  const WAIT = 2500;
  const parts = { "[data-reading]": "main", "[data-reckoning]": "[data-playing]" };

  function unfinished() {
    return Object.keys(parts).find((mark) => document.querySelector(mark));
  }

  async function look() {
    const mark = unfinished();
    if (!mark) return;
    try {
      const answer = document.hidden ? null : await fetch(location.href);
      if (answer?.redirected) { location.reload(); return; }
      if (answer?.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = fresh.querySelector(parts[mark]);
        const old = document.querySelector(parts[mark]);
        if (now && old && now.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(now));
      }
    } catch {
      // The next look tries again.
    }
    if (unfinished()) setTimeout(look, WAIT);
  }

  if (unfinished()) setTimeout(look, WAIT);
})();
