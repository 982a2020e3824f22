// The phone: shows one shopper's chat with one shop, live, and sends what the shopper does.
"use strict";

const settings = JSON.parse(document.getElementById("settings").textContent);
const words = WORDS[settings.language] ?? WORDS.en;
const shop = settings.shops.find((known) => known.phone === settings.phone);
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

const ui = {
  talk: one(".talk"), flow: one(".flow"), presence: one(".presence"), typing: one(".typing-bubble"), chips: one(".chips"),
  form: one(".write"), text: one("textarea"), send: one(".send"), file: one("input[type=file]"), attach: one(".attach"),
  menu: one(".menu"), sheet: one(".sheet"), shade: one(".shade"), viewer: one(".viewer"), toast: one(".toast"), down: one(".down"),
  held: one(".held"),
};

let shopper = null;
let entries = new Map();
let typingTimer = 0;
let unseen = 0;
let connected = false;

// ---- words and controls ----

for (const element of all("[data-say]")) element.textContent = words[element.dataset.say];
for (const element of all("[data-say-label]")) element.setAttribute("aria-label", words[element.dataset.sayLabel]);
ui.text.placeholder = words.write;

const severalShops = settings.shops.length > 1;
for (const element of all("[data-only=several-shops]")) element.hidden = !severalShops;
one(".to-shops").hidden = !severalShops;
one(".shops").hidden = !severalShops;
for (const other of settings.shops) {
  const link = make("a", `hue-${other.hue}`, make("span", "face small", other.initials), make("span", "", make("b", "", other.name), make("small", "", other.number)));
  link.href = `/phone/${encodeURIComponent(other.phone)}`;
  if (other.phone === settings.phone) link.setAttribute("aria-current", "page");
  one("[data-list=shops]").append(make("li", "", link));
}

const deeds = {
  "new-shopper": newShopper,
  menu: () => toggle(ui.menu, one(".menu-button")),
  attach: () => toggle(ui.attach, one(".plus")),
  picture: () => { closePopups(); ui.file.click(); },
  location: () => { closePopups(); send({ kind: "location", ...words.place }); },
  down: () => toBottom(true),
  "close-sheet": closeSheet,
  "close-viewer": () => { ui.viewer.hidden = true; },
};

document.addEventListener("click", (event) => {
  const doing = event.target.closest("[data-do]")?.dataset.do;
  if (doing) {
    event.stopPropagation();
    deeds[doing]();
  } else if (!event.target.closest(".menu, .attach, .reaction-bar")) {
    closePopups();
  }
});
ui.shade.addEventListener("click", closeSheet);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closePopups();
  closeSheet();
  ui.viewer.hidden = true;
});

function toggle(popup, button) {
  const opens = popup.hidden;
  closePopups();
  popup.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
}

function closePopups() {
  ui.menu.hidden = true;
  ui.attach.hidden = true;
  for (const button of all("[aria-expanded]")) button.setAttribute("aria-expanded", "false");
  one(".reaction-bar")?.remove();
}

function toast(text) {
  ui.toast.textContent = text;
  ui.toast.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { ui.toast.hidden = true; }, 4500);
}

// ---- who writes ----

const KEPT = "trato-sandbox-shopper";

async function call(path, options) {
  const answer = await fetch(`/_control${path}`, options);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function chatPath(rest = "") {
  return `/phones/${encodeURIComponent(settings.phone)}/shoppers/${shopper.number}${rest}`;
}

async function whoAmI() {
  const wanted = new URL(location.href).searchParams.get("shopper") ?? localStorage.getItem(KEPT);
  const number = /^\d{1,9}$/.test(wanted ?? "") ? wanted : null;
  const phones = `/phones/${encodeURIComponent(settings.phone)}/shoppers`;
  return number ? call(`${phones}/${number}`) : call(phones, { method: "POST" });
}

async function become(person) {
  shopper = person;
  localStorage.setItem(KEPT, String(person.number));
  const address = new URL(location.href);
  address.searchParams.set("shopper", person.number);
  history.replaceState(null, "", address);
  const initials = person.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const shown = { name: person.name, phone: `+${person.phone}`, initials };
  for (const element of all("[data-me]")) element.textContent = shown[element.dataset.me];
  listen();
}

async function newShopper() {
  closePopups();
  closeSheet();
  try {
    await become(await call(`/phones/${encodeURIComponent(settings.phone)}/shoppers`, { method: "POST" }));
  } catch {
    toast(words.failed);
  }
}

// ---- what happens ----

let source = null;

function listen() {
  source?.close();
  setTyping(null);
  source = new EventSource(`/_control${chatPath("/events")}`);
  source.addEventListener("open", () => { connected = true; presence(); });
  source.addEventListener("error", () => { connected = false; presence(); });
  source.addEventListener("chat", (event) => showAll(JSON.parse(event.data)));
  source.addEventListener("news", (event) => {
    const news = JSON.parse(event.data);
    if (news.news === "entry") upsert(news.entry);
    else setTyping(news.until);
  });
}

function presence() {
  const types = !ui.typing.hidden;
  ui.presence.textContent = !connected ? words.connecting : types ? words.typing : words.online;
  ui.presence.classList.toggle("is-typing", connected && types);
}

function setTyping(until) {
  clearTimeout(typingTimer);
  const left = until ? new Date(until) - Date.now() : 0;
  ui.typing.hidden = left <= 0;
  if (left > 0) {
    typingTimer = setTimeout(() => setTyping(null), left);
    if (nearBottom()) toBottom();
  }
  presence();
}

const bubbles = new Bubbles(words, settings.locale, {
  shopName: shop.name,
  press: (message, choice) => send({ kind: "press", message, choice }),
  openList,
  offerReactions,
  view: (url) => { one(".viewer img").src = url; ui.viewer.hidden = false; },
  grew: () => { if (pinned) toBottom(); },
});

const around = {
  find: (id) => entries.get(id),
  answered: (id) => [...entries.values()].find((entry) => entry.reply_to === id && entry.content.kind === "pressed")?.content.id,
};

const visible = (entry) => entry.progress !== "failed";

function showAll(chat) {
  entries = new Map(chat.entries.filter(visible).map((entry) => [entry.id, entry]));
  ui.flow.replaceChildren();
  let before = null;
  for (const entry of entries.values()) {
    append(entry, before);
    before = entry;
  }
  setTyping(chat.typing_until);
  suggest();
  toBottom();
  seen();
}

function upsert(entry) {
  if (!visible(entry)) return;
  const known = entries.has(entry.id);
  const before = known ? null : [...entries.values()].at(-1);
  entries.set(entry.id, entry);
  if (known) {
    redraw(entry.id);
    return;
  }
  const follow = nearBottom() || entry.from === "shopper";
  if (entry.from === "shop") setTyping(null);
  append(entry, before, "arrives");
  if (entry.content.kind === "pressed" && entry.reply_to) redraw(entry.reply_to);
  suggest();
  if (follow) toBottom(true);
  else if (entry.from === "shop") newBelow(unseen + 1);
  seen();
}

function append(entry, before, how) {
  const day = new Date(entry.at).toDateString();
  const newDay = !before || new Date(before.at).toDateString() !== day;
  if (newDay) ui.flow.append(make("div", "day", make("span", "", dayName(entry.at))));
  const row = bubbles.element(entry, around);
  if (newDay || before?.from !== entry.from) row.classList.add("first");
  if (how) row.classList.add(how);
  ui.flow.append(row);
}

function redraw(id) {
  const old = ui.flow.querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (!old || !entries.has(id)) return;
  const fresh = bubbles.element(entries.get(id), around);
  if (old.classList.contains("first")) fresh.classList.add("first");
  // A picture that is already there is kept, so that it does not flicker.
  const picture = old.querySelector("button.picture:not(.broken)");
  if (picture) fresh.querySelector("button.picture")?.replaceWith(picture);
  old.replaceWith(fresh);
}

function dayName(at) {
  const day = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return day.toLocaleDateString(settings.locale, { day: "numeric", month: "long", year: "numeric" });
}

let seenTimer = 0;

function seen() {
  clearTimeout(seenTimer);
  const unread = [...entries.values()].some((entry) => entry.from === "shop" && entry.progress === "delivered");
  if (!unread || document.visibilityState !== "visible") return;
  seenTimer = setTimeout(() => call(chatPath("/look"), { method: "POST" }).catch(() => {}), 500);
}
document.addEventListener("visibilitychange", seen);

// ---- a shop that does not answer ----

const HELD_AFTER_MS = 3000;

// A message that nobody accepted for a while: the shop's server is away. The sandbox goes on trying.
function heldUp() {
  const since = Date.now() - HELD_AFTER_MS;
  const held = [...entries.values()].some((entry) => entry.from === "shopper" && entry.progress === "sent" && new Date(entry.at) < since);
  if (ui.held.hidden === !held) return;
  ui.held.hidden = !held;
  if (held && pinned) toBottom();
}
setInterval(heldUp, 500);

// ---- scrolling ----

let pinned = true;

function nearBottom() {
  return ui.talk.scrollHeight - ui.talk.scrollTop - ui.talk.clientHeight < 120;
}

function toBottom(smoothly = false) {
  pinned = true;
  newBelow(0);
  ui.talk.scrollTo({ top: ui.talk.scrollHeight, behavior: smoothly ? "smooth" : "instant" });
}

function newBelow(count) {
  unseen = count;
  ui.down.hidden = count === 0 && nearBottom();
  ui.down.querySelector("span").textContent = count || "";
}

// What the shopper does, not our own scrolling, decides whether new messages are followed.
for (const gesture of ["wheel", "touchmove", "keydown"]) {
  ui.talk.addEventListener(gesture, () => { pinned = false; }, { passive: true });
}
ui.talk.addEventListener("scroll", () => {
  if (nearBottom()) { pinned = true; unseen = 0; }
  newBelow(unseen);
}, { passive: true });
new ResizeObserver(() => { if (pinned) toBottom(); }).observe(ui.talk);

// ---- what the shopper does ----

async function send(message) {
  closePopups();
  try {
    await call(chatPath("/send"), {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message),
    });
    return true;
  } catch {
    toast(words.failed);
    return false;
  }
}

async function sendText() {
  const body = ui.text.value.trim();
  if (!body || !shopper) return;
  ui.text.value = "";
  grow();
  if (!(await send({ kind: "text", body }))) {
    ui.text.value = body;
    grow();
  }
}

function grow() {
  ui.text.style.height = "auto";
  ui.text.style.height = `${Math.min(ui.text.scrollHeight, 130)}px`;
  ui.send.disabled = !ui.text.value.trim();
}

ui.text.addEventListener("input", grow);
ui.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});
ui.form.addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
  ui.text.focus();
});

ui.file.addEventListener("change", async () => {
  const [file] = ui.file.files;
  ui.file.value = "";
  if (!file) return;
  if (file.size > 5 * 1024 * 1024 - 1) return toast(words.tooBig);
  const caption = ui.text.value.trim() || null;
  try {
    const { id } = await call("/media", { method: "POST", headers: { "content-type": file.type }, body: file });
    if (await send({ kind: "picture", media: id, caption })) { ui.text.value = ""; grow(); }
  } catch {
    toast(words.failed);
  }
});

function suggest() {
  ui.chips.hidden = entries.size > 0;
  ui.chips.replaceChildren(...words.chips.map((chip) => {
    const button = make("button", "", chip);
    button.type = "button";
    button.addEventListener("click", () => send({ kind: "text", body: chip }));
    return button;
  }));
}

function openList(entry) {
  const { content } = entry;
  closePopups();
  ui.sheet.querySelector("header b").textContent = content.button;
  const rows = ui.sheet.querySelector(".rows");
  rows.replaceChildren();
  for (const section of content.sections) {
    if (section.title) rows.append(make("h3", "", section.title));
    for (const row of section.rows) {
      const button = make("button", "", make("span", "", make("b", "", row.title), row.description ? make("small", "", row.description) : null), make("i", ""));
      button.type = "button";
      button.addEventListener("click", () => {
        button.classList.add("picked");
        closeSheet();
        send({ kind: "press", message: entry.id, choice: row.id });
      });
      rows.append(button);
    }
  }
  ui.sheet.hidden = false;
  ui.shade.hidden = false;
  rows.scrollTop = 0;
  rows.querySelector("button")?.focus({ preventScroll: true, focusVisible: false });
}

function closeSheet() {
  ui.sheet.hidden = true;
  ui.shade.hidden = true;
}

function offerReactions(entry, button) {
  closePopups();
  const bar = make("div", "reaction-bar", ...REACTIONS.map((emoji) => {
    const choice = make("button", entry.shopper_reaction === emoji ? "on" : "", emoji);
    choice.type = "button";
    choice.addEventListener("click", () => {
      bar.remove();
      send({ kind: "react", message: entry.id, emoji: entry.shopper_reaction === emoji ? null : emoji });
    });
    return choice;
  }));
  button.closest(".row").append(bar);
}

// On a touch screen there is no hovering: a long press offers reactions.
let pressTimer = 0;
ui.flow.addEventListener("touchstart", (event) => {
  const row = event.target.closest(".row.theirs");
  if (!row || event.target.closest("button, a")) return;
  pressTimer = setTimeout(() => offerReactions(entries.get(row.dataset.id), row.querySelector(".react")), 450);
}, { passive: true });
for (const end of ["touchend", "touchmove", "touchcancel"]) {
  ui.flow.addEventListener(end, () => clearTimeout(pressTimer), { passive: true });
}

whoAmI().then(become).catch(() => toast(words.failed));
function tellTime() {
  one(".status time").textContent = new Date().toLocaleTimeString(settings.locale, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
}
setInterval(tellTime, 10000);
tellTime();
presence();
if (matchMedia("(min-width: 700px)").matches) ui.text.focus();
