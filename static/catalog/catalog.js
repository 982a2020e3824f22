// The catalog pages work without this file. With it a file travels in pieces and goes on after a lost connection, a
// changed choice is looked at again at once, and a page that says how far something is keeps itself true.
"use strict";

(() => {
  const POLL_MS = 700;
  const PATIENCE_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

  const one = (id) => document.getElementById(id);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  document.documentElement.classList.add("scripted");

  /** What went wrong, in the words of the page that answered. */
  class Refused extends Error {}
  class SignedOut extends Error {}

  function isDoor(response) {
    return response.redirected && new URL(response.url).pathname === "/inbox/login";
  }

  async function words(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("main p")?.textContent ?? "That did not work. Reload the page and try again.";
  }

  function say(text) {
    if (one("said").textContent !== text) one("said").textContent = text;
  }

  // ---- the page of an upload

  /** Puts a fetched page in the place of this one, and the focus where it was or on what is new. */
  function put(page, address) {
    const [now, fresh] = [one("main"), page.getElementById("main")];
    const focused = now.contains(document.activeElement) ? document.activeElement.id : null;
    const isNew = now.dataset.stage !== fresh.dataset.stage;
    const open = [...now.querySelectorAll("details")].map((part) => part.open);
    now.replaceWith(fresh);
    if (!isNew) [...fresh.querySelectorAll("details")].forEach((part, place) => { part.open = open[place] ?? false; });
    document.title = page.title;
    if (address !== location.href) history.replaceState(null, "", address);
    if (fresh.dataset.said) say(fresh.dataset.said);
    const place = focused && one(focused);
    if (place && !place.disabled) place.focus({ preventScroll: true });
    else if (isNew) one("title")?.focus({ preventScroll: true });
    if (isNew) scrollTo({ top: 0 });
    watch();
  }

  function complain(text) {
    let banner = one("complaint");
    if (!banner) {
      banner = document.createElement("p");
      banner.id = "complaint";
      banner.className = "banner problem block";
      banner.setAttribute("role", "alert");
      one("main").querySelector(".sheet-head").after(banner);
    }
    banner.textContent = text;
    banner.scrollIntoView({ block: "nearest" });
  }

  async function load(address, options) {
    const response = await fetch(address, { cache: "no-store", headers: { accept: "text/html" }, ...options });
    if (isDoor(response)) { location.assign(`/inbox/login?next=${encodeURIComponent(location.pathname)}`); return; }
    if (!response.ok) throw new Refused(await words(response));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (page.getElementById("main")?.dataset.stage) put(page, response.url);
    else location.assign(response.url);
  }

  let watching = null;

  function watch() {
    clearTimeout(watching);
    if (!one("main")?.hasAttribute("data-moving")) return;
    watching = setTimeout(async () => {
      try {
        await load(location.pathname);
        one("lost").hidden = true;
      } catch (error) {
        if (error instanceof Refused) { complain(error.message); return; }
        one("lost").hidden = false;
        watch();
      }
    }, POLL_MS);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-swap")) return;
    event.preventDefault();
    const main = one("main");
    if (main.ariaBusy === "true") return;
    main.ariaBusy = "true";
    const body = new URLSearchParams(new FormData(form));
    if (one("apply")) one("apply").disabled = true;
    try {
      await load(form.action, { method: "POST", body });
    } catch (error) {
      complain(error instanceof Refused ? error.message : "Not connected. Nothing was changed; try again.");
    } finally {
      main.ariaBusy = null;
      if (one("apply")) one("apply").disabled = false;
    }
  });

  document.addEventListener("change", (event) => {
    event.target.closest("form[data-auto]")?.requestSubmit();
  });

  // ---- uploading

  let sending = null;

  function problem(text) {
    one("problem").textContent = text ?? "";
    one("problem").hidden = !text;
  }

  function megabytes(bytes) {
    const tenths = Math.floor((bytes * 10) / (1024 * 1024));
    return tenths < 1 ? `${Math.max(1, Math.floor(bytes / 1024))} KB` : `${tenths / 10} MB`;
  }

  function state(text, waits = false) {
    one("sending-state").textContent = text;
    one("sending-state").classList.toggle("waits", waits);
  }

  function show(file, offset) {
    const percent = file.size ? Math.floor((100 * offset) / file.size) : 0;
    one("sending-name").textContent = file.name;
    one("sending-how-much").textContent = `${megabytes(offset)} of ${megabytes(file.size)}`;
    one("sending-bar").value = percent;
    // Not every percent is worth a word to somebody who listens.
    if (percent % 25 === 0) say(`${percent} percent sent`);
  }

  /** Tries until it works, as long as it is only the connection that fails. */
  async function patiently(job, attempt) {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await attempt();
        if (answer.status < 500) return answer;
        state("The server cannot take it just now. Trying again; what has arrived is kept.", true);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        state("The connection was lost. Trying again; what has arrived is kept.", true);
      }
      say("Interrupted. Trying again.");
      await Promise.race([sleep(PATIENCE_MS[Math.min(tries, PATIENCE_MS.length - 1)]), once(window, "online"), once(job.abort.signal, "abort")]);
    }
  }

  const once = (target, event) => new Promise((happened) => target.addEventListener(event, happened, { once: true }));

  async function ask(job, address, options) {
    const response = await patiently(job, () => fetch(address, { cache: "no-store", ...options, signal: job.abort.signal }));
    if (isDoor(response)) throw new SignedOut();
    return response;
  }

  async function send(job) {
    const { file, csrf } = job;
    const body = new URLSearchParams({ csrf, name: file.name, size: file.size, changed: file.lastModified });
    const answer = await ask(job, "/inbox/catalog/uploads/begin", { method: "POST", body });
    if (!answer.ok) throw new Refused(await words(answer));
    const upload = await answer.json();
    let offset = upload.offset;
    if (offset > 0 && offset < file.size) say("Going on where it stopped");
    while (offset < file.size) {
      show(file, offset);
      state("Sending");
      const piece = file.slice(offset, offset + upload.piece_bytes_max);
      const headers = { "x-csrf-token": csrf, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" };
      const stored = await ask(job, upload.pieces, { method: "PATCH", headers, body: piece });
      if (!stored.ok && stored.status !== 409) throw new Refused(await words(stored));
      offset = Number(stored.headers.get("upload-offset"));
    }
    show(file, offset);
    state("Reading the file");
    location.assign(upload.page);
  }

  async function begin(file) {
    const form = one("upload");
    problem(null);
    if (file.size > Number(form.dataset.bytesMax)) {
      problem(`The file has ${megabytes(file.size)}, more than ${form.dataset.sizeMax}, which is the most that is read at once. Split it by product and upload the parts one after the other.`);
      return;
    }
    if (file.size === 0) { problem("The file is empty. Export it again with its header row and products."); return; }
    const job = { file, csrf: form.elements.csrf.value, abort: new AbortController(), stopped: false };
    sending = job;
    form.hidden = true;
    one("sending").hidden = false;
    one("sending-stop").focus();
    show(file, 0);
    try {
      await send(job);
    } catch (error) {
      if (sending !== job) return;
      one("sending").hidden = true;
      form.hidden = false;
      form.elements.file.value = "";
      form.elements.file.focus();
      if (job.stopped) problem("Paused. Choose the same file again to go on where it stopped.");
      else if (error instanceof SignedOut) {
        problem("You were signed out. What has arrived is kept: sign in again, then choose the same file to go on. ");
        const link = document.createElement("a");
        link.href = "/inbox/login?next=/inbox/catalog";
        link.textContent = "Sign in";
        one("problem").append(link);
      } else if (error instanceof Refused) problem(error.message);
      else problem("The file could not be read from your device. Choose it again.");
    }
  }

  if (one("upload")) {
    const drop = document.querySelector(".drop");
    one("file").addEventListener("change", (event) => { if (event.target.files[0]) begin(event.target.files[0]); });
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer.files[0];
      if (file) begin(file);
    });
    // A file dropped beside the field would take the place of the page.
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
    one("sending-stop").addEventListener("click", () => { sending.stopped = true; sending.abort.abort(); });
  }

  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  watch();
})();
