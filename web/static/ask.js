// Asking and writing again (after site.js): drafts kept, files listed and made smaller, a lost connection told in words.
"use strict";

(() => {
  const SMALL = 1024 * 1024;
  const LONGEST = 2400;
  const WAIT = 90000;
  // What is being made smaller must be ready before it is sent.
  let working = Promise.resolve();

  function sized(bytes) {
    return bytes >= SMALL ? (bytes / SMALL).toFixed(1) + " MB" : Math.max(1, Math.round(bytes / 1024)) + " KB";
  }

  // A photo from the camera is several megabytes; made smaller, it also loses where it was taken.
  async function smaller(file) {
    if (!file.type.startsWith("image/") || file.size < SMALL || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file; // a kind the browser cannot draw; the server looks at it
    }
  }

  function put(input, files) {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
  }

  function listFiles(box) {
    const largest = Number(box.dataset.largest);
    const list = document.createElement("ul");
    list.className = "papers";
    const said = document.createElement("p");
    said.className = "why";
    said.setAttribute("aria-live", "polite");
    box.append(list, said);
    box.classList.add("drawn");
    const inputs = [...box.querySelectorAll("input[type=file]")];
    function draw() {
      list.replaceChildren();
      for (const input of inputs) [...input.files].forEach((file, i) => list.append(row(input, file, i)));
    }
    function row(input, file, i) {
      const line = document.createElement("li");
      const name = document.createElement("span");
      name.className = "paper-name";
      name.textContent = file.name;
      const size = document.createElement("small");
      size.className = "quiet";
      size.textContent = sized(file.size);
      const away = document.createElement("button");
      away.type = "button";
      away.className = "linklike";
      away.textContent = box.dataset.remove;
      away.addEventListener("click", () => { put(input, [...input.files].filter((_, at) => at !== i)); draw(); });
      line.append(name, " ", size, " ", away);
      return line;
    }
    async function chosen(input) {
      const files = await Promise.all([...input.files].map(smaller));
      const fits = files.filter((file) => file.size <= largest);
      said.textContent = files.filter((file) => file.size > largest)
        .map((file) => box.dataset.tooLarge + file.name + " " + sized(file.size)).join(" ");
      put(input, fits);
      draw();
    }
    for (const input of inputs) input.addEventListener("change", () => { working = working.then(() => chosen(input)); });
  }

  // Everything typed is kept in this tab with the form's key, so that sending again sends once.
  function remember(form) {
    const name = "draft:" + form.dataset.remember;
    const fields = [...form.elements].filter((e) => e.name && !["csrf_token", "website", "do", "to"].includes(e.name) && e.type !== "file");
    try {
      const kept = JSON.parse(sessionStorage.getItem(name) || "null");
      const text = form.elements.text;
      const empty = !text.value.trim() && !document.querySelector(".errors");
      if (kept && kept.values && empty) for (const field of fields) restore(field, kept.values[field.name]);
      const save = () => {
        const values = {};
        for (const field of fields) (values[field.name] ||= []).push(field.type === "checkbox" ? field.checked && field.value : field.value);
        sessionStorage.setItem(name, JSON.stringify({ at: Date.now(), values }));
      };
      form.addEventListener("input", save);
      form.addEventListener("change", save);
    } catch {
      // Storage is closed to us (a private window); the form works all the same.
    }
  }

  function restore(field, values) {
    if (!values) return;
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values[0] && (!field.value || field.type === "hidden")) field.value = values[0];
    const fold = field.closest("details");
    if (fold && (field.type === "checkbox" ? field.checked : field.value)) fold.open = true;
  }

  // The answer's own words where it has some, ours else.
  function wordsOf(page, status, form) {
    const own = page.querySelector(".errors li, main .lead");
    if (status === 413) return form.dataset.large;
    return (status === 429 || status === 503) && own ? own.textContent.trim() : form.dataset.failed;
  }

  // What has to be mended is shown at the form; the rest of the page goes on as it is.
  function showAnew(page, form) {
    const main = document.querySelector("main");
    const fresh = page.querySelector(`form[data-send][action="${form.getAttribute("action")}"]`);
    const faults = [document, page].map((one) => one.querySelector("[data-errors]"));
    document.title = page.title;
    if (fresh && faults[0] && faults[1]) {
      faults[0].innerHTML = faults[1].innerHTML;
      form.replaceWith(fresh);
      begin(fresh);
      document.dispatchEvent(new Event("anew"));
    } else main.innerHTML = page.querySelector("main").innerHTML;
    (document.getElementById("errors") || main).focus();
  }

  async function send(form, button) {
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), WAIT);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, signal: patience.signal });
      if (answer.redirected) return location.assign(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if ([403, 409, 422].includes(answer.status)) showAnew(page, form);
      else tell(form, wordsOf(page, answer.status, form));
    } catch {
      tell(form, form.dataset.lost);
      window.addEventListener("online", () => tell(form, form.dataset.back), { once: true });
    } finally {
      clearTimeout(end);
    }
    delete form.dataset.sending;
    return undefined;
  }

  function sends(form) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sending) return event.preventDefault();
      form.dataset.sending = "1";
      if (!("submitter" in event) || !window.fetch) return undefined; // an old browser sends by itself
      event.preventDefault();
      tell(form, form.dataset.going);
      working = working.then(() => send(form, event.submitter));
      return undefined;
    });
    window.addEventListener("pageshow", (event) => {
      delete form.dataset.sending;
      if (event.persisted) form.querySelector(".sending")?.remove();
    });
  }

  function begin(part) {
    const found = (which) => [...part.querySelectorAll(which), ...(part.matches?.(which) ? [part] : [])];
    found("[data-files]").forEach(listFiles);
    found("form[data-remember]").forEach(remember);
    found("form[data-send]").forEach(sends);
    if (part !== document) found("form[data-draft]").forEach(keepDraft); // site.js begins with the page
  }
  begin(document);
})();
