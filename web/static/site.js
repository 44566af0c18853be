// What scripts add to the citizen's and the lawyer's pages; without them everything still works.
"use strict";

// Draws a part anew; what was unfolded or typed stays so, and the keyboard stays where it was.
function swap(box, html) {
  const typed = [...box.querySelectorAll("input[id]")].map((field) => [field.id, field.value]);
  const folds = [...box.querySelectorAll("details")].map((fold) => fold.open);
  const stops = "a, button, summary, input";
  const at = [...box.querySelectorAll(stops)].indexOf(document.activeElement);
  box.innerHTML = html;
  box.querySelectorAll("details").forEach((fold, i) => { fold.open = folds[i] ?? fold.open; });
  for (const [id, value] of typed) {
    const field = box.querySelector(`#${CSS.escape(id)}`);
    if (field) field.value = value;
  }
  if (at >= 0) box.querySelectorAll(stops)[at]?.focus({ preventScroll: true });
}

// A part of a page that changes: fetched while the page is visible, swapped when it is newer.
function keepLive(box) {
  let busy = false;
  // What is read aloud is that there is news, not the whole part again.
  const said = document.createElement("p");
  said.className = "sr";
  said.setAttribute("role", "status");
  box.after(said);
  async function look() {
    if (busy || document.hidden) return undefined;
    busy = true;
    try {
      const answer = await fetch(box.dataset.live, { headers: { "X-Part": "1" } });
      if (answer.redirected) return location.reload(); // logged out meanwhile
      if (answer.status === 200) {
        swap(box, await answer.text());
        box.dataset.live = answer.headers.get("X-Next") || box.dataset.live;
        box.classList.remove("fresh");
        void box.offsetWidth;
        box.classList.add("fresh");
        said.textContent = box.dataset.news || "";
      }
    } catch {
      // The connection is away for a moment; the next look tries again.
    }
    busy = false;
    return undefined;
  }
  setInterval(look, Number(box.dataset.every || 8) * 1000);
  document.addEventListener("visibilitychange", look);
}

// A calculation tells how far it is: each message is that part of the page, drawn anew.
function follow(box) {
  const source = new EventSource(box.dataset.events);
  source.addEventListener("part", (event) => swap(box, event.data));
  source.addEventListener("end", (event) => { swap(box, event.data); source.close(); });
}

// Text not yet sent is kept: a citizen's in this tab only, a lawyer's on the device for a day.
function keepDraft(form) {
  const name = "draft:" + form.dataset.draft;
  const store = form.dataset.keep === "device" ? localStorage : sessionStorage;
  const fields = [...form.querySelectorAll("textarea")];
  try {
    const kept = JSON.parse(store.getItem(name) || "null");
    const young = kept && Date.now() - kept.at < 24 * 3600 * 1000;
    if (young) for (const field of fields) if (!field.value) field.value = kept[field.name] || "";
    if (kept && !young) store.removeItem(name);
    form.addEventListener("input", () => {
      const now = { at: Date.now() };
      for (const field of fields) now[field.name] = field.value;
      store.setItem(name, JSON.stringify(now));
    });
  } catch {
    // Storage is closed to us (a private window); the form works all the same.
  }
}

// A draft that was sent is done with: the page that says so names it. Who reads that page again has
// perhaps begun another since.
function dropDrafts() {
  if (performance.getEntriesByType("navigation")[0]?.type === "reload") return;
  for (const box of document.querySelectorAll("[data-sent]")) {
    try {
      for (const store of [localStorage, sessionStorage]) store.removeItem("draft:" + box.dataset.sent);
    } catch {
      // As above.
    }
  }
}

// Says at a form, and aloud, how its sending stands.
function tell(form, text) {
  const box = form.querySelector(".sending") || form.appendChild(document.createElement("div"));
  box.className = "sending";
  box.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.className = "notice notice-amber";
  line.textContent = text;
  box.replaceChildren(line);
}

// Whether the service can be reached now; any answer of its own says that it can.
async function reached() {
  const patience = new AbortController();
  const end = setTimeout(() => patience.abort(), 8000);
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: patience.signal })).status < 500;
  } catch {
    return false;
  } finally {
    clearTimeout(end);
  }
}

// A double tap sends once; coming back by the back button opens the form again. Where the line is lost
// the page is not left for one of the browser's that says so: it stays, with all that was written. A form
// for words asks the service itself first: of a weak line the browser knows nothing.
function sendOnce(form) {
  const { lost, again } = document.body.dataset;
  const forWords = form.querySelector("textarea") !== null;
  let sure = false;
  function stays() {
    tell(form, lost);
    window.addEventListener("online", () => tell(form, again), { once: true });
    delete form.dataset.sending;
  }
  form.addEventListener("submit", (event) => {
    if (sure) {
      sure = false;
      return undefined;
    }
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "1";
    if (!lost || !("submitter" in event)) return undefined; // an old browser sends by itself
    if (navigator.onLine === false) {
      event.preventDefault();
      stays();
    } else if (forWords) {
      event.preventDefault();
      reached().then((there) => {
        if (!there) return stays();
        sure = true;
        form.querySelector(".sending")?.remove();
        return form.requestSubmit(event.submitter || undefined);
      });
    }
    return undefined;
  });
  window.addEventListener("pageshow", () => delete form.dataset.sending);
}

// A scanned slip carries code and secret behind the #, where no server sees them.
function fillFromSlip(form) {
  const [code, secret] = decodeURIComponent(location.hash.slice(1)).split(".");
  if (!code || !secret) return;
  form.elements.code.value = code;
  form.elements.secret.value = secret;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}

dropDrafts();
document.querySelectorAll("[data-live]").forEach(keepLive);
document.querySelectorAll("[data-events]").forEach(follow);
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("form[data-find]").forEach(fillFromSlip);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
const errors = document.getElementById("errors");
errors?.focus();
// A page with errors answers a form; who came back to it later would only be asked to send that again. As
// the form goes on its way, the page becomes one to come back to.
if (errors) document.addEventListener("submit", () => history.replaceState(null, "", location.href));
