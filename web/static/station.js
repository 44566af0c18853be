// A station's screens (after site.js): they follow the day by themselves, say when they cannot, and call aloud.
"use strict";

// Numbers are called aloud once somebody has allowed it; a browser asks for that tap.
let aloud = false;
const called = new Set([...document.querySelectorAll("[data-call]")].map((one) => one.dataset.call));

function announce(box) {
  for (const one of [...box.querySelectorAll("[data-say]")].reverse()) {
    if (called.has(one.dataset.call)) continue;
    called.add(one.dataset.call);
    const live = document.querySelector("[data-announce]");
    if (live) live.textContent = one.dataset.say;
    if (!aloud || !("speechSynthesis" in window)) continue;
    for (let twice = 0; twice < 2; twice += 1) {
      const words = new SpeechSynthesisUtterance(one.dataset.say);
      words.lang = document.documentElement.lang;
      words.rate = 0.85;
      window.speechSynthesis.speak(words);
    }
  }
}

// The screen draws itself anew; after two looks in vain it says that the connection is lost.
function keepScreen(box) {
  const lost = document.querySelector("[data-lost]");
  let vain = 0;
  let busy = false;
  function tell(isLost) {
    if (!lost || lost.hidden === !isLost) return;
    lost.textContent = isLost ? lost.dataset.lost : "";
    lost.hidden = !isLost;
  }
  async function look() {
    if (busy) return;
    busy = true;
    const patience = new AbortController();
    const giveUp = setTimeout(() => patience.abort(), 8000);
    try {
      const answer = await fetch(box.dataset.screen, { signal: patience.signal });
      if (answer.status === 200) {
        const text = await answer.text();
        const page = new DOMParser().parseFromString(text, "text/html");
        box.innerHTML = box.dataset.whole ? page.querySelector("[data-screen]").innerHTML : page.body.innerHTML;
        box.dataset.screen = box.dataset.whole ? box.dataset.screen : answer.headers.get("X-Next") || box.dataset.screen;
        announce(box);
      } else if (answer.status !== 204) throw new Error(String(answer.status));
      vain = 0;
      tell(false);
    } catch {
      vain += 1;
      tell(vain > 1);
    }
    clearTimeout(giveUp);
    busy = false;
  }
  setInterval(look, Number(box.dataset.every || 5) * 1000);
  window.addEventListener("online", look);
}

// The touch screen is ready for the next visitor by itself.
function goBack(box) {
  const line = document.querySelector("[data-countdown]");
  let left = Number(box.dataset.seconds);
  setInterval(() => {
    left -= 1;
    if (line) {
      line.hidden = false;
      line.textContent = `${left} ${line.dataset.countdown}`;
    }
    if (left <= 0) location.replace(box.dataset.back);
  }, 1000);
}

document.querySelectorAll("[data-screen]").forEach(keepScreen);
document.querySelectorAll("[data-back]").forEach(goBack);
document.querySelectorAll("[data-voice]").forEach((button) => {
  if (!("speechSynthesis" in window)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    aloud = true;
    button.textContent = button.dataset.on;
    button.disabled = true;
    window.speechSynthesis.speak(new SpeechSynthesisUtterance(" "));
  });
});
// Position is asked for when the lawyer asks for it, and goes nowhere but into this form.
document.querySelectorAll("form[data-position]").forEach((form) => {
  if (!("geolocation" in navigator)) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.lat.value) return;
    event.preventDefault();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(6);
        form.elements.lon.value = coords.longitude.toFixed(6);
        form.requestSubmit();
      },
      () => {
        const said = form.querySelector("[data-no-position]");
        said.textContent = said.dataset.noPosition;
        said.hidden = false;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
});
