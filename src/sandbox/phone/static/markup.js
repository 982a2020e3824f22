// Small DOM helpers, and text as chat apps show it: *bold*, _italic_, ~struck~, ```fixed``` and links.
// Text only ever becomes text nodes, so nothing a shop or a shopper writes can become markup.
"use strict";

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function drawing(className, ...paths) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", className);
  for (const d of paths) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}*_~]/u;
const FIXED = /```([^`]+)```|`([^`\n]+)`/u;
const STYLE = /(?<![\p{L}\p{N}*_~])([*_~])(?=\S)((?:(?!\1)[^\n])+?)(?<=\S)\1(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };

function formatted(text) {
  const fragment = document.createDocumentFragment();
  let rest = text;
  while (rest) {
    const found = [LINK, FIXED, STYLE].map((rule) => rule.exec(rest)).filter(Boolean).sort((a, b) => a.index - b.index)[0];
    if (!found) break;
    fragment.append(rest.slice(0, found.index), piece(found));
    rest = rest.slice(found.index + found[0].length);
  }
  fragment.append(rest);
  return fragment;
}

function piece(found) {
  const whole = found[0];
  if (whole.startsWith("http")) {
    const link = make("a", "", whole);
    link.href = whole;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  if (whole.startsWith("`")) return make("code", "", found[1] ?? found[2]);
  return make(TAGS[found[1]], "", formatted(found[2]));
}

function plain(text) {
  return text.replace(/[*_~`]/g, "").replace(/\s+/g, " ").trim();
}
