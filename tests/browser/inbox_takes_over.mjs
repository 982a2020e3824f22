// Staff see a shopper waiting, take over, write, and hand back; all of it live, at a desk and on a phone.
import { DESKTOP, PHONE, check, fitsItsWidth, stage, until } from "./support/stage.mjs";
import { Inbox } from "./support/inbox.mjs";
import { Phone } from "./support/phone.mjs";

await stage("inbox_takes_over", async (it) => {
  for (const viewport of [DESKTOP, PHONE]) await takesOver(it, viewport);
});

async function takesOver(it, viewport) {
  const inbox = await Inbox.signIn(await it.someone(viewport), it);
  await inbox.page.getByRole("link", { name: it.shop }).waitFor();
  await fitsItsWidth(inbox.page);
  await inbox.mark();

  const phone = await Phone.pick(await it.someone(PHONE), it.sandbox, it.shop);
  const name = await phone.page.locator("[data-me=name]").first().textContent();
  await phone.say("I want to talk to a person please", /person|someone/i);
  const waiting = inbox.page.locator("a.row.waits", { hasText: name });
  await waiting.first().waitFor();
  check(await inbox.isSamePage(), "the waiting shopper appeared without a reload");

  await waiting.first().click();
  await inbox.bubble("I want to talk to a person please").waitFor();
  await fitsItsWidth(inbox.page);
  await inbox.takeOver();
  await inbox.write("Hello, this is Robin. How can I help?");
  await phone.told(/this is Robin/);
  await keepsWhatIsWritten(it, inbox);
  await phone.told(/What size is it/);
  await inbox.mark();

  const heard = (await phone.texts()).length;
  await phone.write("do you have a lantern?");
  await inbox.bubble("do you have a lantern?").waitFor();
  check(await inbox.isSamePage(), "the shopper's message appeared without a reload");
  await inbox.write("Yes, two sizes.");
  await phone.told(/two sizes/, heard);
  const said = await phone.texts();
  check(said.length === heard + 1, `only the person answered, while in control: ${said.slice(heard).join(" | ")}`);

  await inbox.handBack();
  await inbox.mark();
  await phone.say("do you have garden gloves?", /Garden gloves/);
  await until("the assistant's answer is in the inbox", async () => (await inbox.bubble("Garden gloves").count()) > 0);
  check(await inbox.isSamePage(), "the assistant's answer appeared without a reload");
  await fitsItsWidth(inbox.page);
}

/** A session that ends in the middle of a sentence costs nobody the sentence. */
async function keepsWhatIsWritten(it, inbox) {
  const box = inbox.composer.getByRole("textbox");
  await box.fill("What size is it?");
  await inbox.page.context().clearCookies();
  await inbox.composer.getByRole("button", { name: "Send" }).click();
  await inbox.page.getByText("go on where you were").waitFor();
  await inbox.passTheDoor(it);
  await until("the words are in the box again", async () => (await box.inputValue()) === "What size is it?");
  await inbox.write("What size is it?");
  check((await box.inputValue()) === "", "what was sent is not in the box any more");
}
