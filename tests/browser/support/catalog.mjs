// The catalog pages, as an owner uses them.
import { basename, join } from "node:path";
import { readFile, utimes, writeFile } from "node:fs/promises";

export class Catalog {
  constructor(page) {
    this.page = page;
    this.upload = page.locator("#file");
    this.problem = page.locator("#problem");
    this.main = page.locator("#main");
  }

  /** From the inbox to the catalog page, by its link. */
  static async open(inbox) {
    await inbox.page.getByRole("link", { name: "Catalog" }).click();
    await inbox.page.waitForURL(/\/inbox\/catalog$/);
    return new Catalog(inbox.page);
  }

  async home() {
    await this.page.getByRole("link", { name: "Catalog", exact: true }).click();
    await this.page.waitForURL(/\/inbox\/catalog$/);
  }

  async choose(path) {
    await this.upload.setInputFiles(path);
  }

  /** Drops a file from the disk onto the page. */
  async drop(path) {
    const given = { name: basename(path), text: await readFile(path, "utf8") };
    const dropped = await this.page.evaluateHandle(({ name, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { lastModified: 1 }));
      return data;
    }, given);
    await this.page.dispatchEvent(".drop", "drop", { dataTransfer: dropped });
  }

  /** Waits for the page of the upload and what importing it would do. */
  async looked() {
    await this.page.waitForURL(/\/uploads\/upload_/);
    await this.page.getByRole("heading", { name: "What importing it would do" }).waitFor();
  }

  /** The number on a tile. */
  async tile(name) {
    const tile = this.page.locator(".tile", { has: this.page.getByText(name, { exact: true }) });
    return tile.locator("dd").innerText();
  }
}

/** A file on the disk, which the browser takes for the same when it is chosen again. */
export async function file(folder, name, text) {
  const path = join(folder, name);
  await writeFile(path, text);
  await utimes(path, 1_700_000_000, 1_700_000_000);
  return path;
}
