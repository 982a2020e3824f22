// Takes the pictures of the README, of a demo that runs: `cargo run -- demo --fresh`, then, in another terminal,
// `npm ci && node screenshots.mjs` in this folder. Other addresses are given as arguments: the phone's, the inbox's.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { launch, until } from "./support/stage.mjs";
import { Inbox } from "./support/inbox.mjs";
import { Phone } from "./support/phone.mjs";

const [sandbox = "http://127.0.0.1:8081", inboxAddress = "http://127.0.0.1:8080/inbox"] = process.argv.slice(2);
const SHOP = "Harbor & Pine";
const STAFF = { inbox: inboxAddress, email: "demo@harbor-and-pine.example", password: "trato-demo-inbox" };

const runs = (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0;
const named = process.env.CHROMIUM ?? ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].find(runs);
const path = named?.includes("/") ? named : spawnSync("which", [named ?? ""]).stdout.toString().trim();
const browser = await launch(path);
const someone = (viewport) => browser.newContext({ viewport, locale: "en-US", deviceScaleFactor: 1 });

await othersWrite();
const phone = await Phone.pick(await someone({ width: 960, height: 880 }), sandbox, SHOP);
const product = await phone.say("Hi! Do you have a merino tee?", /Merino Trail Tee/);
await phone.page.mouse.move(5, 5);
await shot(phone.page, "phone-choosing", ".device");
await phone.answered(() => product.getByRole("button", { name: "L", exact: true }).click(), /Total/);
const quote = await phone.say("I have a coupon: TRAIL10", /Total/);
await phone.answered(() => quote.getByRole("button", { name: "Pay" }).click(), /ready/);
await phone.page.mouse.move(5, 5);
await shot(phone.page, "phone-paying", ".device");

const inbox = await Inbox.signIn(await someone({ width: 1200, height: 820 }), STAFF);
await phone.say("Can I talk to a person? It's about washing it", /team|person|someone/i);
await inbox.page.locator("a.row.waits").first().click();
await inbox.takeOver();
await inbox.write("Hi, a person here. Cold wash, inside out, and dry it flat: it lasts for years that way.");
await phone.told(/a person here/);
await inbox.page.locator(".work details summary").last().click();
await until("the message has arrived", async () => (await inbox.bubbles.last().locator(".tick.read, .tick.two").count()) > 0);
await shot(inbox.page, "inbox");
await browser.close();

/** Some other shoppers, so that the inbox is not empty. */
async function othersWrite() {
  for (const words of ["do you ship to Alaska?", "which tent would you take for two?"]) {
    const context = await someone({ width: 390, height: 844 });
    const other = await Phone.pick(context, sandbox, SHOP);
    await other.say(words, /./);
    await context.close();
  }
}

/** Waits until what moves has come to rest. */
async function settled(place) {
  await place.page().evaluate(() => Promise.all(document.getAnimations().map((moving) => moving.finished.catch(() => {}))));
}

/** A picture of the page, or of a part of it with a little air around. */
async function shot(page, name, part) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  const talk = page.locator(".talk");
  if (await talk.count()) await talk.evaluate((element) => element.scrollTo({ top: element.scrollHeight, behavior: "instant" }));
  await settled(page.locator("body"));
  const box = part && (await page.locator(part).boundingBox());
  const air = 16;
  const clip = box && { x: box.x - air, y: Math.max(0, box.y - air), width: box.width + 2 * air, height: box.height + 2 * air };
  await page.screenshot({ clip, path: fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url)), animations: "disabled" });
}
