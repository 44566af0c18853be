// Where one is, for finding what is near: asked for only on request, and rounded to about 100 m.
"use strict";

function offerPosition(form) {
  const button = form.querySelector("[data-locate]");
  const failed = form.querySelector("[data-locate-failed]");
  button.hidden = false;
  form.querySelector("[data-locate-note]").hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-disabled", "true");
    failed.textContent = "";
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const near = form.elements.near;
        near.disabled = false;
        near.value = found.coords.latitude.toFixed(3) + "," + found.coords.longitude.toFixed(3);
        form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-disabled");
        failed.textContent = failed.dataset.words;
      },
      { maximumAge: 300000, timeout: 10000 },
    );
  });
}

const finder = document.querySelector("form[data-places]");
if (finder && "geolocation" in navigator && window.isSecureContext) offerPosition(finder);
