// After a sale staff find it under Orders, open it and see what was bought and where to send it: at a desk and on a
// phone, in the light and in the dark, by mouse, by keyboard and without scripts.
import { DESKTOP, PHONE, check, fitsItsWidth, stage, until } from "./support/stage.mjs";
import { Inbox } from "./support/inbox.mjs";
import { Phone } from "./support/phone.mjs";

await stage("orders_after_a_sale", async (it) => {
  const sale = await sells(it);
  await isFound(it, sale, DESKTOP, "light");
  await isFound(it, sale, PHONE, "dark");
  await isReadWithoutScripts(it, sale);
});

/** A shopper buys a lantern, pays and says where to send it. */
async function sells(it) {
  const context = await it.someone(PHONE);
  const phone = await Phone.pick(context, it.sandbox, it.shop);
  const name = await phone.page.locator("[data-me=name]").first().textContent();
  const list = await phone.say("do you have lanterns or gloves?", /Rope lantern/);
  const product = await phone.answered(() => phone.pickFromList(list, "Rope lantern"), /Small/);
  const quote = await phone.answered(() => product.getByRole("button", { name: "Small" }).click(), /Total/);
  const total = /Total[^$]*(\$[\d.,]+)/i.exec(await quote.innerText())?.[1];
  const link = await phone.answered(() => quote.locator("button.choice").first().click(), /pay/i);
  const [tab] = await Promise.all([context.waitForEvent("page"), link.locator("a.choice").click()]);
  await tab.getByRole("button", { name: `Pay ${total}` }).click();
  await tab.waitForURL(/\/paid\//);
  await phone.told(/address/i);
  await phone.say("Sam Reed, 41 Elm Street, Austin, 78701", /Elm Street|thank/i);
  const number = /#(\d+)/.exec((await phone.texts()).join(" "))?.[1];
  check(number && total, "the receipt names the order, and the quote its total");
  return { name, total, number };
}

async function isFound(it, { name, total, number }, viewport, colorScheme) {
  const inbox = await Inbox.signIn(await it.someone(viewport, { colorScheme }), it);
  const { page } = inbox;
  const mark = `${viewport.width}-${colorScheme}`;
  await page.getByRole("link", { name: "Orders", exact: true }).click();
  await page.waitForURL(/\/inbox\/orders$/);
  const row = page.locator(".order-row", { hasText: name });
  await row.getByText("Paid", { exact: true }).waitFor();
  check((await row.innerText()).includes(total), "the list names the total");
  const sales = page.getByRole("navigation", { name: "Sales" });
  check(/1 paid order/.test(await sales.innerText()), "the sale is counted");
  await fitsItsWidth(page);
  await it.picture(page, `orders-${mark}`);

  await page.keyboard.press("/");
  await page.keyboard.type("#99999");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No order found" }).waitFor();
  await page.getByRole("link", { name: "Clear" }).click();
  await row.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Order #${number}` }).waitFor();
  await page.getByText("41 Elm Street").waitFor();
  for (const words of ["Rope lantern", total, "78701 Austin"]) {
    check((await page.locator("main").innerText()).includes(words), `the order's page says ${words}`);
  }
  await fitsItsWidth(page);
  await it.picture(page, `order-${mark}`);

  await page.getByRole("link", { name: "Open the conversation" }).click();
  await inbox.bubble("Rope lantern").first().waitFor();
  await fitsItsWidth(page);
  const about = page.getByRole("complementary", { name: "About this shopper" });
  if (await page.getByRole("button", { name: "About" }).isVisible()) {
    check(!(await about.isVisible()), "on a phone, what is known of the shopper waits until it is asked for");
    await page.getByRole("button", { name: "About" }).click();
  }
  await about.getByText("41 Elm Street").waitFor();
  await it.picture(page, `about-${mark}`, { fullPage: false });
  await about.getByRole("link", { name: `#${number}` }).click();
  await page.getByRole("heading", { name: `Order #${number}` }).waitFor();
  await page.context().close();
}

async function isReadWithoutScripts(it, { name, number }) {
  const context = await it.someone(PHONE, { javaScriptEnabled: false });
  const inbox = await Inbox.signIn(context, it);
  await inbox.page.getByRole("link", { name: "Orders", exact: true }).click();
  await inbox.page.locator(".order-row", { hasText: name }).click();
  await inbox.page.getByRole("heading", { name: `Order #${number}` }).waitFor();
  await inbox.page.getByText("41 Elm Street").waitFor();
  check((await inbox.page.getByRole("button", { name: "Copy" }).count()) === 0, "no button is there that does nothing");
  await inbox.page.getByRole("link", { name: "Open the conversation" }).click();
  await inbox.page.getByRole("button", { name: "About" }).click();
  await until("what is known is shown without scripts", async () => inbox.page.getByText("About this shopper").isVisible());
  await context.close();
}
