// A newcomer buys on the phone page: picks the shop, writes, picks from the list, chooses a variant, types a coupon,
// pays on the page that the button opens in a new tab, comes back, reads the receipt and says where to send it.
import { DESKTOP, PHONE, check, fitsItsWidth, stage, until } from "./support/stage.mjs";
import { Phone } from "./support/phone.mjs";

await stage("phone_buys", async (it) => {
  for (const viewport of [DESKTOP, PHONE]) await buys(it, viewport);
});

async function buys(it, viewport) {
  const context = await it.someone(viewport);
  const phone = await Phone.pick(context, it.sandbox, it.shop);
  await fitsItsWidth(phone.page);

  await phone.say("hi there", /assistant/);
  const list = await phone.say("do you have lanterns or gloves?", /Rope lantern/);
  const product = await phone.answered(() => phone.pickFromList(list, "Rope lantern"), /Small/);
  await phone.answered(() => product.getByRole("button", { name: "Small" }).click(), /Rope lantern/);
  // What it comes to is the business of other tests; here the chat, the pay page and the receipt must agree on it.
  const quote = await phone.say("PORCH15", /Total/);
  const total = /Total[^$]*(\$[\d.,]+)/i.exec(await quote.innerText())?.[1];
  check(total, "the quote names its total");
  const link = await phone.answered(() => quote.locator("button.choice").first().click(), /pay/i);
  await fitsItsWidth(phone.page);

  const [tab] = await Promise.all([context.waitForEvent("page"), link.locator("a.choice").click()]);
  await tab.getByRole("button", { name: `Pay ${total}` }).waitFor();
  await fitsItsWidth(tab);
  await tab.getByRole("button", { name: `Pay ${total}` }).click();
  await tab.waitForURL(/\/paid\//);
  await fitsItsWidth(tab);
  await tab.getByRole("link").click();

  const back = await new Phone(tab).ready();
  const receipt = await back.told(/#\d+/);
  check((await receipt.innerText()).includes(total), "the receipt names the total");
  await back.told(/address/i);
  await back.say("Sam Reed, 41 Elm Street, Austin, 78701", /Elm Street|thank/i);
  await until("both tabs show the same chat", async () => (await phone.texts()).join() === (await back.texts()).join());
  await context.close();
}
