// One message as a bubble.
"use strict";

const ICONS = {
  reply: ["M10 8L5 13l5 5", "M5 13h9a5 5 0 0 0 5-5V6"],
  list: ["M5 7h.01M5 12h.01M5 17h.01", "M9 7h10M9 12h10M9 17h10"],
  open: ["M14 5h5v5", "M19 5l-8 8", "M18 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h4"],
  one: ["M5 12.5l4 4L18.5 7"],
  two: ["M2.5 12.5l4 4L16 7", "M10.5 15.5l1 1L21 7"],
  pin: ["M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z", "M12 11.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"],
  smile: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M8.5 14c1.8 2.4 5.2 2.4 7 0", "M9 9.5h.01M15 9.5h.01"],
};

const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

class Bubbles {
  constructor(words, locale, act) {
    this.words = words;
    this.act = act;
    this.clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  }

  // `around` knows the other messages: find(id), isPressed(message id, choice id).
  element(entry, around) {
    const mine = entry.from === "shopper";
    const bubble = make("div", "bubble");
    const quoted = entry.reply_to && around.find(entry.reply_to);
    if (quoted) bubble.append(this.quote(quoted));
    bubble.append(...this.content(entry, around));
    const row = make("div", `row ${mine ? "mine" : "theirs"} is-${entry.content.kind}`, bubble);
    row.dataset.id = entry.id;
    const reactions = [entry.shop_reaction, entry.shopper_reaction].filter(Boolean);
    if (reactions.length) {
      bubble.append(make("span", "reactions", reactions.join("")));
      row.classList.add("reacted");
    }
    if (!mine) row.append(this.reactButton(entry));
    return row;
  }

  content(entry, around) {
    const { content } = entry;
    switch (content.kind) {
      case "text": return [this.words_(content.body, entry)];
      case "picture": return [this.picture(content.url), content.caption ? this.words_(content.caption, entry) : this.meta(entry, "over")];
      case "pressed": return [this.words_(content.description ? `${content.title}\n${content.description}` : content.title, entry)];
      case "location": return [this.location(content), this.meta(entry)];
      case "unsupported": return [this.words_(`_${this.words.unsupported}_`, entry)];
      default: return this.interactive(entry, around);
    }
  }

  interactive(entry, around) {
    const { content } = entry;
    const parts = [];
    if (content.header?.kind === "picture") parts.push(this.picture(content.header.url));
    if (content.header?.kind === "text") parts.push(make("p", "heading", content.header.text));
    parts.push(this.words_(content.body, content.footer ? null : entry));
    if (content.footer) parts.push(make("p", "footer", content.footer, this.meta(entry)));
    parts.push(this.choices(entry, around));
    return parts;
  }

  choices(entry, around) {
    const { content } = entry;
    const box = make("div", "choices");
    if (content.kind === "link") {
      const link = make("a", "choice", drawing("line", ...ICONS.open), content.label);
      link.href = content.url;
      link.target = "_blank";
      link.rel = "noopener";
      box.append(link);
    }
    if (content.kind === "list") {
      const button = make("button", "choice", drawing("line", ...ICONS.list), content.button);
      button.type = "button";
      button.addEventListener("click", () => this.act.openList(entry));
      box.append(button);
    }
    const answered = around.answered(entry.id);
    for (const choice of content.buttons ?? []) {
      const button = make("button", "choice", drawing("line", ...ICONS.reply), choice.title);
      button.type = "button";
      button.disabled = Boolean(answered);
      button.classList.toggle("chosen", answered === choice.id);
      button.addEventListener("click", () => this.act.press(entry.id, choice.id));
      box.append(button);
    }
    return box;
  }

  words_(text, entry) {
    const paragraph = make("p", "words", formatted(text));
    const onlyEmoji = /^\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier}|\p{Extended_Pictographic})*$/u;
    if (onlyEmoji.test(text.trim()) && [...text.trim()].length <= 8) paragraph.classList.add("emoji");
    if (entry) paragraph.append(this.meta(entry));
    return paragraph;
  }

  picture(url) {
    const image = make("img", "");
    image.src = url;
    image.alt = this.words.pictureWord;
    const frame = make("button", "picture", image);
    frame.type = "button";
    frame.addEventListener("click", () => frame.classList.contains("broken") || this.act.view(url));
    image.addEventListener("load", () => this.act.grew());
    image.addEventListener("error", () => {
      frame.classList.add("broken");
      frame.replaceChildren(this.words.brokenPicture);
    });
    return frame;
  }

  location(content) {
    const map = make("span", "map", drawing("line", ...ICONS.pin));
    const name = make("b", "", content.name ?? this.words.locationWord);
    return make("div", "place", map, make("span", "", name, content.address ? make("small", "", content.address) : null));
  }

  meta(entry, extra = "") {
    const meta = make("span", `meta ${extra}`, make("time", "", this.clock.format(new Date(entry.at))));
    if (entry.from === "shopper") {
      const ticks = entry.progress === "sent" ? ICONS.one : ICONS.two;
      meta.append(drawing(`ticks ${entry.progress}`, ...ticks));
    }
    return meta;
  }

  quote(entry) {
    const mine = entry.from === "shopper";
    return make("div", "quote", make("b", "", mine ? this.words.you : this.act.shopName), make("span", "", this.summary(entry)));
  }

  summary(entry) {
    const { content } = entry;
    if (content.kind === "location") return `📍 ${content.name ?? this.words.locationWord}`;
    if (content.kind === "picture") return `📷 ${plain(content.caption ?? "") || this.words.pictureWord}`;
    return plain(content.body ?? content.title ?? this.words.unsupported);
  }

  reactButton(entry) {
    const button = make("button", "react", drawing("line", ...ICONS.smile));
    button.type = "button";
    button.setAttribute("aria-label", this.words.react);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.act.offerReactions(entry, button);
    });
    return button;
  }
}
