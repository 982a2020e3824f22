// The inbox, as staff use it.

export class Inbox {
  constructor(page) {
    this.page = page;
    this.bubbles = page.locator("article.bubble");
    this.composer = page.locator(".composer");
  }

  /** Opens the inbox's address and signs in at the page it leads to. */
  static async signIn(context, { inbox, email, password }) {
    const page = await context.newPage();
    // The page also asks by the clock, in case the stream is lost. Without that, what is seen here came by the stream.
    await page.addInitScript(() => {
      const real = window.setInterval;
      window.setInterval = (what, after, ...rest) => (after >= 30_000 ? 0 : real(what, after, ...rest));
    });
    await page.goto(inbox);
    const opened = new Inbox(page);
    await opened.passTheDoor({ email, password });
    return opened;
  }

  async passTheDoor({ email, password }) {
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  row(name) {
    return this.page.locator("a.row", { hasText: name });
  }

  /** The conversation's bubble with these words. */
  bubble(words) {
    return this.bubbles.filter({ hasText: words });
  }

  async takeOver() {
    await this.page.getByRole("button", { name: "Take over" }).click();
    await this.page.getByText("You have taken over").waitFor();
  }

  async write(words) {
    await this.composer.getByRole("textbox").fill(words);
    await this.composer.getByRole("button", { name: "Send" }).click();
    await this.bubble(words).waitFor();
  }

  async handBack() {
    await this.page.getByRole("button", { name: "Hand back" }).click();
    await this.page.getByText("The assistant answers here.").waitFor();
  }

  /** Remembers this page as it is; `isSamePage` says whether it was loaded again since. */
  async mark() {
    await this.page.evaluate(() => { window.markedByTheTest = true; });
  }

  async isSamePage() {
    return this.page.evaluate(() => window.markedByTheTest === true);
  }
}
