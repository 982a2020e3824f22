// The phone page, as a shopper uses it.
import { until } from "./stage.mjs";

export class Phone {
  constructor(page) {
    this.page = page;
    /** Everything the shop sent. */
    this.theirs = page.locator(".row.theirs");
    this.toast = page.locator(".toast");
    this.presence = page.locator(".presence");
  }

  /** Opens the sandbox's first page and picks the shop there, as a newcomer does. */
  static async pick(context, sandbox, shop) {
    const page = await context.newPage();
    await page.goto(sandbox);
    await page.getByRole("link", { name: shop }).click();
    return new Phone(page).ready();
  }

  async ready() {
    await this.page.waitForURL(/\/phone\/\d+/);
    await this.presence.filter({ hasText: "online" }).waitFor();
    return this;
  }

  async write(words) {
    await this.page.getByRole("textbox", { name: "Message" }).fill(words);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  /** Does something and waits for a new message of the shop that says so; gives that message. */
  async answered(act, says) {
    const before = await this.theirs.count();
    await act();
    return this.told(says, before);
  }

  async say(words, says) {
    return this.answered(() => this.write(words), says);
  }

  /** Waits for a message of the shop that says so, among those after the first `before`. */
  async told(says, before = 0) {
    let texts = [];
    const found = await until(`the shop says ${says}`, async () => {
      texts = await this.texts();
      const place = texts.findIndex((text, place) => place >= before && says.test(text));
      return place >= 0 && { place };
    }).catch((error) => { throw new Error(`${error.message}; it said:\n${texts.slice(before).join("\n--\n")}`); });
    return this.theirs.nth(found.place);
  }

  async texts() {
    return this.theirs.allInnerTexts();
  }

  /** Opens the list under a message and picks a row. */
  async pickFromList(message, row) {
    await message.locator("button.choice").click();
    const sheet = this.page.getByRole("dialog");
    await sheet.getByRole("button", { name: row }).click();
    await sheet.waitFor({ state: "hidden" });
  }
}
