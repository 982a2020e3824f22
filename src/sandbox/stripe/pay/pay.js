// The pay page works without this; it warns of cut links, shows a time and keeps buttons from being pressed twice.
"use strict";

if (location.pathname.startsWith("/pay/") && !location.hash.startsWith("#fid")) {
  document.querySelector(".cut")?.removeAttribute("hidden");
}

const until = document.querySelector("[data-until]");
if (until) {
  const at = new Date(Number(until.dataset.until) * 1000);
  const time = until.querySelector("time");
  time.dateTime = at.toISOString();
  time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
}

for (const form of document.forms) {
  form.addEventListener("submit", () => {
    for (const button of document.querySelectorAll("button")) button.disabled = true;
    form.querySelector("button").classList.add("busy");
  });
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

for (const picture of document.querySelectorAll(".lines img")) {
  picture.addEventListener("error", () => picture.replaceWith(Object.assign(document.createElement("span"), { className: "no-picture" })));
}
