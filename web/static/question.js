// The lawyer's question page: the draft kept on the server too, templates and articles at the cursor.
"use strict";

const form = document.getElementById("answer-form");
const text = document.getElementById("text");

// Writes into the box where the cursor is, as if it had been typed.
function put(words) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const gap = from > 0 && words.includes("\n") && value[from - 1] !== "\n" ? "\n" : "";
  text.setRangeText(gap + words, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

// What the service has not confirmed yet stays on the device, so that nothing typed is lost; what it
// has is on the service alone, so that a draft sent from one device does not come back on another.
const local = form && "draft:" + form.dataset.code;

function onDevice(words) {
  try {
    if (words === null) localStorage.removeItem(local);
    else localStorage.setItem(local, JSON.stringify({ at: Date.now(), text: words }));
  } catch {
    // Storage is closed to us (a private window); the service keeps it all the same.
  }
}

function fromDevice() {
  try {
    const kept = JSON.parse(localStorage.getItem(local) || "null");
    if (kept && Date.now() - kept.at < 24 * 3600 * 1000) return kept.text;
    localStorage.removeItem(local);
  } catch {
    // As above.
  }
  return null;
}

// The draft is kept a moment after the last stroke, and when the page is left.
function keepOnServer() {
  const said = form.querySelector("[data-saved]");
  const warning = form.querySelector("[data-numbers]");
  // Private numbers are told while one writes; where sending already asked about them, that stands.
  function warn(numbers) {
    warning.hidden = !numbers || Boolean(document.getElementById("numbers"));
    if (warning.textContent !== numbers) warning.textContent = numbers;
  }
  let kept = text.value;
  let timer = 0;
  let going = false;
  async function save() {
    clearTimeout(timer);
    if (going || text.value === kept || form.dataset.sending) return;
    going = true;
    const now = text.value;
    const body = new URLSearchParams({ text: now, csrf_token: form.elements.csrf_token.value });
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body, keepalive: true });
      if (answer.ok) {
        kept = now;
        if (text.value === now) onDevice(null);
        const told = await answer.json();
        said.textContent = told.said;
        warn(told.numbers);
      } else if (answer.status === 409) {
        said.textContent = (await answer.json()).said;
        kept = now;
      }
    } catch {
      // The device keeps it meanwhile, and it is tried again.
      said.textContent = form.dataset.offline;
    }
    going = false;
    if (text.value !== kept) timer = setTimeout(save, 4000);
  }
  text.addEventListener("input", () => {
    onDevice(text.value);
    clearTimeout(timer);
    timer = setTimeout(save, 1200);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("pagehide", save);
  const unsaved = fromDevice();
  if (unsaved !== null && unsaved !== text.value) {
    text.value = unsaved;
    save();
  }
}

// 1079 as 一千零七十九, which is how articles are counted.
function numeral(number) {
  const digits = "零一二三四五六七八九";
  let said = "";
  let gap = false;
  for (const [unit, name] of [[1000, "千"], [100, "百"], [10, "十"], [1, ""]]) {
    const digit = Math.floor(number / unit) % 10;
    if (digit) {
      said += (gap ? "零" : "") + digits[digit] + name;
      gap = false;
    } else gap = said !== "";
  }
  return said.startsWith("一十") ? said.slice(1) : said;
}

function citing(box) {
  box.hidden = false;
  const law = box.querySelector("[data-law]");
  const article = box.querySelector("[data-article]");
  function insert() {
    const number = Number(article.value);
    if (!law.value.trim() || !(number > 0 && number < 10000)) return article.focus();
    put(`《${law.value.trim()}》第${numeral(Math.floor(number))}条`);
    article.value = "";
    return undefined;
  }
  box.querySelector("[data-put]").addEventListener("click", insert);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName === "SUMMARY") return;
    event.preventDefault();
    insert();
  });
}

// What the live part brings counts for the whole page: its state, and what has now been seen.
function follow(box) {
  let seen = Number(box.querySelector("[data-seq]")?.dataset.seq || 0);
  new MutationObserver(() => {
    const fresh = box.querySelector("[data-state]");
    if (!fresh) return;
    document.getElementById("q-state").innerHTML = fresh.innerHTML;
    for (const field of document.querySelectorAll("input[name=version]")) field.value = fresh.dataset.version;
    for (const field of document.querySelectorAll("input[name=seen]")) field.value = fresh.dataset.seq;
    const now = Number(fresh.dataset.seq);
    const citizens = [...box.querySelectorAll(".said-citizen")];
    const news = citizens.some((line) => Number(line.id.slice(1)) > seen);
    const line = document.querySelector("[data-news-line]");
    if (line && news) line.hidden = false;
    seen = now;
  }).observe(box, { childList: true });
  document.querySelector("[data-news-line]")?.addEventListener("click", (event) => {
    event.currentTarget.hidden = true;
  });
}

if (form) {
  keepOnServer();
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      button.closest("details").open = false;
      put(button.dataset.insert);
    });
  }
  const cite = form.querySelector("[data-cite]");
  if (cite) citing(cite);
  form.elements.file?.addEventListener("change", (event) => {
    const number = event.target.files.length;
    form.querySelector("[data-chosen]").textContent = number ? ` (${number})` : "";
  });
}
const box = document.getElementById("talk-box");
if (box) follow(box);
// A place named by the link that led here is unfolded.
const named = location.hash && document.getElementById(location.hash.slice(1));
if (named && named.tagName === "DETAILS") named.open = true;
