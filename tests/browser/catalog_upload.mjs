// An owner imports a file in the browser: it is looked at first, mended by ticking what is meant, applied, and a shopper
// finds the new product. An upload that is cut off goes on where it stopped, by itself and after a reload.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DESKTOP, PHONE, check, fitsItsWidth, stage, until } from "./support/stage.mjs";
import { Catalog, file } from "./support/catalog.mjs";
import { Inbox } from "./support/inbox.mjs";
import { Phone } from "./support/phone.mjs";

const HEADER = "handle,title,category,sku,price,stock,description";
const PIECE = 1024 * 1024;
let signedIn = null;

await stage("catalog_upload", async (it) => {
  const folder = await mkdtemp(join(tmpdir(), "catalog-"));
  try {
    await importsAndSells(it, folder, DESKTOP, "kettle");
    await importsAndSells(it, folder, PHONE, "teapot", { colorScheme: "dark" });
    for (const viewport of [DESKTOP, PHONE]) await goesOn(it, folder, viewport);
    await saysWhatColumnsMean(it, folder);
    await refusesInOneSentence(it, folder);
    await asksWhomToAsk(it);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The owner at the catalog page, each time on a fresh device. They sign in once: who does too often is stopped. */
async function owner(it, viewport, options) {
  if (!signedIn) {
    const context = await it.someone(viewport, options);
    const inbox = await Inbox.signIn(context, { ...it, email: it.owner });
    await inbox.page.waitForURL(/\/inbox$/);
    signedIn = await context.storageState();
    return Catalog.open(inbox);
  }
  const context = await it.someone(viewport, { ...options, storageState: signedIn });
  const inbox = new Inbox(await context.newPage());
  await inbox.page.goto(it.inbox);
  return Catalog.open(inbox);
}

async function importsAndSells(it, folder, viewport, thing, options = {}) {
  const catalog = await owner(it, viewport, options);
  const { page } = catalog;
  const size = `${viewport.width}`;
  await fitsItsWidth(page);
  await it.picture(page, `catalog-home-${size}`);
  const rows = [
    HEADER,
    `copper-${thing},Copper ${thing},Kitchen,CU-${thing},49.00,7,Holds a litre`,
    `tin-${thing},Tin ${thing},Kitchen,TIN-${thing},0.00,7,Holds half a litre`,
    `iron-${thing},Iron ${thing},Kitchen,FE-${thing},many,7,Holds two litres`,
  ];
  const path = await file(folder, `${thing}.csv`, rows.join("\n"));
  if (viewport === DESKTOP) await catalog.drop(path);
  else await catalog.choose(path);
  await catalog.looked();
  await fitsItsWidth(page);
  check((await catalog.tile("new product")) === "1" && (await catalog.tile("rows refused")) === "2", "one good row, two refused");
  check((await page.locator("#apply").count()) === 0, "nothing can be imported while rows are refused");
  await it.picture(page, `catalog-refused-${size}`);

  const [rowsFile] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /refused rows/ }).click()]);
  check(rowsFile.suggestedFilename() === `refused-${thing}.csv`, "the refused rows come as a file");

  await page.getByLabel("Yes, these are meant to be free").check();
  await until("the tick was looked at", async () => (await catalog.tile("new products")) === "2");
  check(await page.getByLabel("Yes, these are meant to be free").evaluate((box) => box === document.activeElement), "the focus stayed on the box");
  await page.getByLabel("Import the other rows").check();
  await page.getByRole("button", { name: "Import 2 products" }).waitFor();
  await fitsItsWidth(page);
  await it.picture(page, `catalog-ready-${size}`);
  await page.getByRole("button", { name: "Import 2 products" }).click();
  await page.getByRole("heading", { name: "Imported" }).waitFor();
  check(await page.getByRole("link", { name: "Try it as a shopper" }).isVisible(), "the shop can be tried");
  await fitsItsWidth(page);
  await it.picture(page, `catalog-done-${size}`);

  const phone = await Phone.pick(await it.someone(PHONE), it.sandbox, it.shop);
  await phone.say(`do you have a copper ${thing}?`, new RegExp(`Copper ${thing}`));

  await catalog.home();
  await page.getByText(`${thing}.csv`).first().waitFor();
  await page.getByText(/2 products and 2 variants new/).first().waitFor();
  await catalog.choose(await file(folder, `${thing} again.csv`, rows.slice(0, 2).join("\n")));
  await catalog.looked();
  await page.getByText("Nothing to change").first().waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.waitForURL(/\/inbox\/catalog$/);
}

async function goesOn(it, folder, viewport) {
  const catalog = await owner(it, viewport);
  const { page } = catalog;
  const size = `${viewport.width}`;
  const rows = [HEADER];
  for (let number = 0; number < 2500; number += 1) {
    rows.push(`bulk-${size}-${number},Bulk ${number},Bulk,BULK-${size}-${number},9.00,1,${"Long and dull. ".repeat(66)}`);
  }
  const path = await file(folder, `large-${size}.csv`, rows.join("\n"));

  const offsets = [];
  let way = "open";
  await page.route("**/pieces", async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    const offset = Number(route.request().headers()["upload-offset"]);
    offsets.push(offset);
    if (offset > 0 && way === "broken") return route.abort("connectionreset");
    return route.continue();
  });

  way = "broken";
  await catalog.choose(path);
  await page.getByText("The connection was lost", { exact: false }).first().waitFor();
  await fitsItsWidth(page);
  await it.picture(page, `catalog-lost-${size}`);
  await page.getByRole("button", { name: "Pause" }).click();
  await catalog.problem.filter({ hasText: "Paused" }).waitFor();
  await page.reload();
  await page.getByText("1 MB of 2.4 MB have arrived").waitFor();
  await it.picture(page, `catalog-half-${size}`);

  offsets.length = 0;
  await catalog.choose(path);
  await until("it tries to go on", async () => offsets.length > 1);
  way = "open";
  await catalog.looked();
  check(offsets[0] === PIECE, `it goes on where it stopped, not at ${offsets[0]}`);
  check(offsets.filter((offset) => offset === 2 * PIECE).length === 1, "no piece is sent after it was stored");
  check((await catalog.tile("new products")).replace(/\D/g, "") === "2500", "the whole file arrived, each piece once");
  await page.getByText(/^and .* more$/).click();
  await fitsItsWidth(page);
  await page.getByRole("button", { name: "Import 2500 products" }).click();
  // It may be over before the page has told how far it is; what it tells then is tested elsewhere.
  await page.getByRole("heading", { name: /^Import(ing|ed)/ }).waitFor();
  await it.picture(page, `catalog-importing-${size}`, { fullPage: false });
  await page.getByRole("heading", { name: "Imported" }).waitFor();
  check((await page.evaluate(() => document.activeElement.id)) === "title", "who hears the page is taken to what is new");
}

async function saysWhatColumnsMean(it, folder) {
  for (const viewport of [DESKTOP, PHONE]) {
    const catalog = await owner(it, viewport);
    const { page } = catalog;
    const text = "Bezeichnung;Betrag;Lagerort\nTasse;12,50;A1\nTeller;8,00;B2\n";
    await catalog.choose(await file(folder, `unknown-${viewport.width}.csv`, text));
    if (viewport === DESKTOP) {
      await page.getByRole("heading", { name: "What the columns mean" }).waitFor();
      await fitsItsWidth(page);
      await page.getByLabel("Bezeichnung").selectOption({ label: "Leave out" });
      await page.getByRole("button", { name: "Read it this way" }).click();
      await page.getByText("Say which column is the name").waitFor();
      await it.picture(page, `catalog-columns-${viewport.width}`);
      await page.getByLabel("Bezeichnung").selectOption({ label: "Name (needed)" });
      await page.getByRole("button", { name: "Read it this way" }).click();
    }
    // The second time it is known what such columns mean.
    await catalog.looked();
    check((await catalog.tile("new products")) === "2", "both rows are read");
    await page.getByRole("link", { name: "Columns read wrongly?" }).click();
    await page.getByRole("heading", { name: "What the columns mean" }).waitFor();
    await fitsItsWidth(page);
    check((await page.getByLabel("Bezeichnung").inputValue()) === "title", "what was said is chosen already");
    await it.picture(page, `catalog-columns-known-${viewport.width}`);
    await page.context().close();
  }
}

async function refusesInOneSentence(it, folder) {
  const catalog = await owner(it, DESKTOP);
  const said = async (name, text, sentence) => {
    await catalog.choose(await file(folder, name, text));
    await catalog.problem.filter({ hasText: sentence }).waitFor();
  };
  await said("empty.csv", "", "The file is empty");
  await said("photo.csv", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), "This is a picture");
  await said("list.pdf", "%PDF-1.7", "This is a PDF");
  await said("large.csv", Buffer.alloc(65 * PIECE), "more than 64 MB");
  await it.picture(catalog.page, "catalog-problem-1280");

  // A session that ends in the middle: what has arrived waits.
  await catalog.page.context().clearCookies();
  await said("small.csv", `${HEADER}\na,A,B,C,1.00,1,D\n`, "You were signed out");
  await catalog.problem.getByRole("link", { name: "Sign in" }).click();
  await catalog.page.getByLabel("Password").waitFor();

  // Without a script a plain form does the same, and says the same.
  const plain = await owner(it, DESKTOP, { javaScriptEnabled: false });
  await plain.choose(await file(folder, "too-large.csv", Buffer.alloc(65 * PIECE)));
  await plain.page.getByRole("button", { name: "Upload" }).click();
  await plain.page.getByText("more than 64 MB", { exact: false }).or(plain.page.getByText("larger than 64 MB", { exact: false })).waitFor();
  await plain.page.goBack();
  await plain.choose(await file(folder, "plain.csv", `${HEADER}\nplain,Plain cup,Kitchen,PLAIN,3.00,1,Nothing else\n`));
  await plain.page.getByRole("button", { name: "Upload" }).click();
  await plain.looked();
  await it.picture(plain.page, "catalog-plain-1280");
  await plain.page.getByRole("button", { name: "Import 1 product" }).click();
  await plain.page.getByRole("heading", { name: "Imported" }).waitFor();
}

async function asksWhomToAsk(it) {
  const inbox = await Inbox.signIn(await it.someone(PHONE), it);
  await inbox.page.getByRole("link", { name: "Catalog" }).click();
  await inbox.page.getByText("Ask Olive Porter.").waitFor();
  await fitsItsWidth(inbox.page);
}
