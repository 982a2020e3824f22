// What goes wrong is said in words on the page where it went wrong.
import { DESKTOP, PHONE, check, stage } from "./support/stage.mjs";
import { Inbox } from "./support/inbox.mjs";
import { Phone } from "./support/phone.mjs";

await stage("failures_are_readable", async (it) => {
  await aWrongPasswordIsNamed(it);
  const phone = await aClosedPayPageSaysSo(it);
  const inbox = await Inbox.signIn(await it.someone(DESKTOP), it);
  await inbox.page.locator("a.row").first().waitFor();
  await aStoppedShopIsNoticed(it, phone, inbox);
  await aStoppedSandboxIsNoticed(it, phone);
});

async function aWrongPasswordIsNamed(it) {
  const inbox = await Inbox.signIn(await it.someone(PHONE), { ...it, password: "not the password" });
  const problem = inbox.page.getByRole("alert");
  check(/not right/.test(await problem.innerText()), "a wrong password is named");
  check((await inbox.page.getByLabel("E-mail").inputValue()) === it.email, "the address need not be typed again");
}

async function aClosedPayPageSaysSo(it) {
  const context = await it.someone(DESKTOP);
  const phone = await Phone.pick(context, it.sandbox, it.shop);
  await phone.say("do you have a seed box?", /Seed box/);
  const quote = await phone.say("I'll take one seed box", /Total/);
  const link = await phone.answered(() => quote.locator("button.choice").first().click(), /pay/i);
  const address = await link.locator("a.choice").getAttribute("href");

  // Turned back without paying: nothing happened, and the way leads back to the chat.
  const undecided = await context.newPage();
  await undecided.goto(address);
  await undecided.getByRole("link", { name: /Leave without paying/ }).click();
  await undecided.getByText("Nothing was charged").waitFor();
  await undecided.getByRole("link").click();
  await new Phone(undecided).ready();

  // Left open in one tab, paid in another: the first tab's button must not pay again.
  const first = await context.newPage();
  await first.goto(address);
  const second = await context.newPage();
  await second.goto(address);
  await second.locator("button.pay").click();
  await second.waitForURL(/\/paid\//);
  await first.locator("button.pay").click();
  await first.getByText("This order is paid").waitFor();

  await first.goto(new URL("/pay/cs_test_nothing", it.sandbox).href);
  check((await first.locator("h1, h2").first().innerText()).length > 10, "an address of no payment is explained");
  return phone;
}

async function aStoppedShopIsNoticed(it, phone, inbox) {
  await it.ask("stop the server");
  await inbox.page.getByText("Not connected").waitFor();
  await phone.write("are you there?");
  await phone.page.getByText("The shop's server does not answer").waitFor();
}

async function aStoppedSandboxIsNoticed(it, phone) {
  await it.ask("stop the sandbox");
  await phone.presence.filter({ hasText: "connecting" }).waitFor();
  await phone.write("anybody?");
  await phone.toast.filter({ hasText: "Is the sandbox still running?" }).waitFor();
  const box = phone.page.getByRole("textbox", { name: "Message" });
  check((await box.inputValue()) === "anybody?", "what was written is still there");
}
