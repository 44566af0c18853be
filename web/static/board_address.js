// What is filtered and which cell is open stands in the address: a reload, the back button, another view
// or week, and a link sent to a colleague show the same.
"use strict";

const Address = (() => {
  const names = ["q", "county", "level", "vacant", "changed"];

  // A filter that this page does not offer, or not yet, is not applied.
  function fields(form) {
    return names.map((name) => form.elements[name]).filter((field) => field && !field.closest("label").hidden);
  }

  function read(form) {
    const query = new URLSearchParams(location.search);
    for (const field of fields(form)) {
      const said = query.get(field.name) || "";
      if (field.type === "checkbox") field.checked = said === "1";
      else field.value = said;
      if (field.selectedIndex === -1) field.value = ""; // not a county of this week
    }
    carry();
  }

  function write(form) {
    set(Object.fromEntries(fields(form).map((field) => [
      field.name, field.type === "checkbox" ? (field.checked ? "1" : "") : field.value.trim(),
    ])));
    carry();
  }

  function set(values) {
    const url = new URL(location.href);
    put(url, values);
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  function put(url, values) {
    for (const [name, value] of Object.entries(values)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
  }

  // The same filters go along to other views, versions and weeks.
  function carry() {
    const query = new URLSearchParams(location.search);
    const values = Object.fromEntries(names.map((name) => [name, query.get(name)]));
    for (const link of document.querySelectorAll("[data-keeps] a")) {
      const url = new URL(link.href);
      put(url, values);
      link.href = url.href;
    }
  }

  document.addEventListener("board:chosen", (event) => set({ cell: event.detail }));

  return { read, write };
})();
