// Keeps an open page true. The page works without this file; with it, it follows what happens.
//
// The server's stream says only that something changed. The same address is then fetched again, and each region
// whose markup differs is replaced. The box somebody writes in is left alone while its mode stays the same.
"use strict";

(() => {
  const POLL_MS = 30_000;
  const RELOAD_AT_MOST_EVERY_MS = 1_000;
  // A search is looked for anew each time.
  const SEARCH_AT_MOST_EVERY_MS = 10_000;
  const RECONNECT_MS = 3_000;

  document.documentElement.classList.add("scripted");

  // A page that answers a form is not there to be fetched; its conversation is.
  const here = location.pathname.replace(/\/(write|take-over|hand-back|orders\/[^/]+\/[a-z]+)$/, "");
  const regions = () => [...document.querySelectorAll("[data-region]")];
  const shown = new Map(regions().map((region) => [region.dataset.region, region.innerHTML]));
  const lost = document.getElementById("lost");

  // ---- fetching the page again

  let due = null;
  let last = 0;
  let running = false;
  let again = false;

  function soon() {
    if (due !== null) return;
    const isSearch = here === "/inbox/orders" && new URLSearchParams(location.search).get("q");
    const pause = isSearch ? SEARCH_AT_MOST_EVERY_MS : RELOAD_AT_MOST_EVERY_MS;
    due = setTimeout(() => { due = null; refresh(); }, Math.max(0, last + pause - Date.now()));
  }

  async function refresh() {
    if (running) { again = true; return; }
    running = true;
    last = Date.now();
    try {
      const address = here + location.search;
      const response = await fetch(address, { headers: { accept: "text/html" }, cache: "no-store" });
      if (response.redirected && new URL(response.url).pathname === "/inbox/login") { location.reload(); return; }
      if (!response.ok) throw new Error(String(response.status));
      put(new DOMParser().parseFromString(await response.text(), "text/html"));
      if (lost) lost.hidden = true;
    } catch {
      if (lost) lost.hidden = false;
    } finally {
      running = false;
      if (again) { again = false; soon(); }
    }
  }

  function put(page) {
    document.title = page.title;
    for (const region of regions()) {
      const name = region.dataset.region;
      const fresh = page.querySelector(`[data-region="${name}"]`);
      if (!fresh) continue;
      if (name === "composer") { putComposer(region, fresh); continue; }
      if (shown.get(name) === fresh.innerHTML) continue;
      shown.set(name, fresh.innerHTML);
      const open = new Set([...region.querySelectorAll("details[open][data-key]")].map((part) => part.dataset.key));
      const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      region.replaceChildren(...fresh.childNodes);
      Object.assign(region.dataset, fresh.dataset);
      for (const part of region.querySelectorAll("details[data-key]")) part.open = open.has(part.dataset.key);
      if (focused) region.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    }
    tick();
  }

  function putComposer(region, fresh) {
    if (region.dataset.mode !== fresh.dataset.mode) {
      region.replaceChildren(...fresh.childNodes);
      region.dataset.mode = fresh.dataset.mode;
      prepare();
      return;
    }
    const seen = region.querySelector("[name=seen]");
    if (seen) seen.value = fresh.querySelector("[name=seen]").value;
    const until = region.querySelector(".until");
    if (until) until.textContent = fresh.querySelector(".until").textContent;
  }

  // ---- being told

  let stream = null;

  function connect() {
    if (stream || document.hidden) return;
    stream = new EventSource("/inbox/events");
    stream.addEventListener("changed", soon);
    stream.onopen = soon;
    stream.onerror = () => {
      // Fetching the page finds out what is wrong: signed out, or not connected, which is then said.
      soon();
      if (stream && stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(connect, RECONNECT_MS); }
    };
  }

  // Browsers allow few connections per host: a tab nobody looks at gives its own up and asks now and then.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stream?.close(); stream = null; } else { connect(); soon(); }
  });

  // ---- how long somebody waits

  function waited(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return "now";
    if (minutes < 60) return `${minutes} min`;
    if (minutes < 1440) return `${Math.floor(minutes / 60)} h`;
    return `${Math.floor(minutes / 1440)} d`;
  }

  function tick() {
    const now = Date.now() / 1000;
    for (const time of document.querySelectorAll("time[data-since]")) {
      time.textContent = waited(now - Number(time.dataset.since));
    }
  }

  // ---- writing

  // What is being written is kept in this tab until it was sent: a session may end in the middle of a sentence.
  const drafts = {
    key: `draft:${here}`,
    keep(text, sent) {
      if (text.trim()) sessionStorage.setItem(this.key, JSON.stringify({ text, sent }));
      else sessionStorage.removeItem(this.key);
    },
    // What was sent and stands in the thread has arrived. It does not where signing in came between.
    take() {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
      const plain = (text) => text.replace(/\s+/g, " ").trim();
      const stands = () => [...document.querySelectorAll("article.bubble")]
        .some((bubble) => plain(bubble.textContent).includes(plain(kept.text)));
      if (!kept || (kept.sent && stands())) { sessionStorage.removeItem(this.key); return ""; }
      return kept.text;
    },
  };

  function prepare() {
    const box = document.getElementById("text");
    if (!box) return;
    const keys = document.querySelector(".composer .keys");
    const hasKeyboard = matchMedia("(pointer: fine)").matches;
    if (keys) keys.hidden = !hasKeyboard;
    if (!box.value) box.value = drafts.take();
    box.addEventListener("input", () => drafts.keep(box.value, false));
    box.setSelectionRange(box.value.length, box.value.length);
    if (hasKeyboard) box.focus();
  }

  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("text");
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.target === box && event.key === "Enter" && !event.isComposing) {
      const asked = event.ctrlKey || event.metaKey || (!event.shiftKey && matchMedia("(pointer: fine)").matches);
      if (asked) { event.preventDefault(); box.form.requestSubmit(); }
    } else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      document.getElementById("search")?.select();
    }
  });

  document.addEventListener("click", (event) => {
    const use = event.target.closest("a[data-use]");
    const box = document.getElementById("text");
    if (!use || !box) return;
    event.preventDefault();
    box.value = box.value.trim() ? `${box.value.trimEnd()}\n${use.dataset.use}` : use.dataset.use;
    drafts.keep(box.value, false);
    box.focus();
  });

  // Copies what stands under the id that the button names, as it is laid out.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    const copied = button && document.getElementById(button.dataset.copy);
    if (!copied) return;
    const lines = copied.childElementCount ? [...copied.children] : [copied];
    const text = lines.map((line) => line.textContent.trim()).join("\n");
    button.dataset.words ??= button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = button.dataset.words; }, 1_500);
    } catch {
      // Without https there is no clipboard for pages: what is marked is copied by the usual keys.
      getSelection().selectAllChildren(copied);
    }
  });

  // The server takes a form once however often it comes; this only spares the second click.
  document.addEventListener("submit", (event) => {
    const box = event.target.querySelector("#text");
    if (box) drafts.keep(box.value, true);
    if (event.target.action.endsWith("/inbox/sign-out")) sessionStorage.clear();
    const button = event.target.querySelector("button:not([type=button])");
    if (event.target.method === "post" && button) setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  if (regions().length > 0) {
    prepare();
    connect();
    setInterval(tick, 15_000);
    setInterval(soon, POLL_MS);
  }
})();
