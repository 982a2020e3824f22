// The stage of one script: a browser, the addresses to drive it against, and a word with the test that started it.
//
// The test (`tests/pages.rs`) hands everything over in the environment. A script that fails leaves a picture of every
// open page and says where.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** Nothing takes longer; a wait that does has failed. */
export const PATIENCE = 45_000;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const given = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these scripts with \`cargo test --test pages\``);
  return value;
};

export async function launch(browser) {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: browser, args });
}

/** Runs a script on its stage. */
export async function stage(name, script) {
  const browser = await launch(given("BROWSER"));
  const pages = [];
  const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const it = {
    sandbox: given("SANDBOX"),
    inbox: given("INBOX"),
    shop: given("SHOP"),
    email: given("EMAIL"),
    owner: given("OWNER"),
    password: given("PASSWORD"),
    /** A fresh browser profile: nobody's cookies, nobody's phone. */
    async someone(viewport, options = {}) {
      const context = await browser.newContext({ viewport, locale: "en-US", timezoneId: "UTC", ...options });
      context.setDefaultTimeout(PATIENCE);
      context.on("page", (page) => watch(page, pages));
      return context;
    },
    /** A picture of the page, for whoever wants to see how it looks. */
    async picture(page, name, { fullPage = true } = {}) {
      const folder = given("PICTURES");
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: "disabled" });
    },
    /** Asks the test to do something to the program, and waits until it has. */
    async ask(what) {
      process.stdout.write(`ask ${what}\n`);
      const { value } = await answers.next();
      if (value !== "done") throw new Error(`asked to ${what}, the test answered ${value}`);
    },
  };
  try {
    await script(it);
    console.log("passed");
  } catch (error) {
    await leavePictures(name, pages);
    throw error;
  } finally {
    await browser.close();
    process.stdin.destroy();
  }
}

/** A script of ours that throws in the page is a failure of the page, whatever else is seen. */
function watch(page, pages) {
  pages.push(page);
  page.on("pageerror", (error) => console.error(`an error in ${page.url()}: ${error.message}`));
}

async function leavePictures(name, pages) {
  const folder = given("PICTURES");
  await mkdir(folder, { recursive: true });
  for (const [place, page] of pages.entries()) {
    if (page.isClosed()) continue;
    const path = join(folder, `${name}-${place + 1}.png`);
    await page.screenshot({ path }).catch(() => {});
    console.error(`${page.url()} looked like ${path}`);
  }
}

/** Waits until something is so, however long it takes within reason. */
export async function until(what, isSo) {
  const started = Date.now();
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (Date.now() - started > PATIENCE) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function check(isSo, what) {
  if (!isSo) throw new Error(`it is not so that ${what}`);
}

/** Nothing may stick out sideways: on a phone that is the first thing people notice. */
export async function fitsItsWidth(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(wide <= room, `${page.url()} fits its window: it is ${wide} wide in ${room}`);
}
