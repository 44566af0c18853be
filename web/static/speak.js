// Reads the page aloud where the browser can; the button shows only there.
"use strict";

(() => {
  const SAID = "h1, h2, h3, p, li, dt, dd, legend, label, summary, .said header";
  const NOT = ".trap, .no-print, [hidden], .sr, .aloud, .qr, option, .hint-code";
  if (!("speechSynthesis" in window)) return;
  const voice = window.speechSynthesis;

  function lines() {
    const found = [];
    for (const part of document.querySelectorAll("main " + SAID.split(", ").join(", main "))) {
      if (part.closest(NOT) || part.querySelector(SAID) || !part.getClientRects().length) continue;
      const text = part.textContent.replace(/\s+/g, " ").trim();
      if (text) found.push(text);
    }
    return found;
  }

  for (const button of document.querySelectorAll("[data-speak]")) {
    const first = button.textContent;
    const done = () => { button.textContent = first; button.setAttribute("aria-pressed", "false"); };
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") { voice.cancel(); return done(); }
      voice.cancel();
      button.setAttribute("aria-pressed", "true");
      button.textContent = button.dataset.speak;
      const parts = lines();
      parts.forEach((text, i) => {
        const said = new SpeechSynthesisUtterance(text);
        said.lang = document.documentElement.lang;
        said.rate = document.documentElement.classList.contains("large") ? 0.85 : 1;
        if (i === parts.length - 1) said.addEventListener("end", done);
        voice.speak(said);
      });
      return undefined;
    });
  }
  window.addEventListener("pagehide", () => voice.cancel());
})();
