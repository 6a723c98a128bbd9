/// <reference lib="dom" />
import assert from "node:assert/strict";
import { decode } from "npm:fast-png@8.0.0";
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { prepareEnvironment } from "../../lib/cli/environment.ts";
import { inFolder, jupyter, run, testWith } from "../tools.ts";
import {
  browser,
  command,
  notebooksIn,
  openNotebook,
  picturesIn,
  RUN_ALL,
  runAll,
  startBrowser,
  startLab,
} from "./lab.ts";

interface Notebook {
  cells: { cell_type: string; source: string | string[]; outputs?: { data?: Record<string, string | string[]> }[] }[];
}

/** How many pictures each cell of a notebook has in the file. */
function committed(path: string): number[] {
  const { cells } = JSON.parse(Deno.readTextFileSync(path)) as Notebook;
  return cells.map(({ outputs = [] }) =>
    outputs.reduce(
      (count, { data }) => count + ([data?.["text/html"] ?? ""].flat().join("").match(/<img /g)?.length ?? 0),
      0,
    )
  );
}

/** Every picture is there, in its cell, loaded, and not blank. */
async function assertPictures(page: Page, expected: readonly number[], label: string): Promise<void> {
  const pictures = await picturesIn(page);
  const counts = expected.map((_, cell) => pictures.filter((picture) => picture.cell === cell).length);
  assert.deepEqual(counts, expected, label);
  assert.ok(pictures.length > 0, `${label}: no picture at all`);
  for (const { cell, alt, width, colours } of pictures) {
    assert.ok(
      width > 100 && colours > 5,
      `${label}, cell ${cell}: "${alt}" is ${width} wide and has ${colours} colours`,
    );
  }
}

/** The luminance of the darkest and lightest of the common colours, and of the corner, of a screenshot of a picture. */
async function luminance(page: Page): Promise<{ corner: number; darkest: number; lightest: number }> {
  const image = page.locator('.jp-OutputArea img[alt^="line plot"]').first();
  await image.scrollIntoViewIfNeeded();
  const { data, width, height, channels } = decode(await image.screenshot());
  const at = (pixel: number): number => {
    const [r = 0, g = 0, b = 0] = data.slice(pixel * channels, pixel * channels + 3);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const all = Array.from({ length: width * height }, (_, pixel) => at(pixel));
  return {
    corner: at(3 * width + 3),
    darkest: all.reduce((a, b) => Math.min(a, b)),
    lightest: all.reduce((a, b) => Math.max(a, b)),
  };
}

async function inLab(
  theme: "JupyterLab Light" | "JupyterLab Dark",
  use: (page: Page, folder: string) => Promise<void>,
) {
  await inFolder(async (folder) => {
    notebooksIn(folder);
    Deno.copyFileSync(new URL("../fixtures/stop.ipynb", import.meta.url), `${folder}/notebooks/stop.ipynb`);
    const lab = await startLab(folder, theme);
    let chromium: Browser | undefined;
    try {
      chromium = await startBrowser();
      const page = await chromium.newPage({ viewport: { width: 1100, height: 1400 } });
      const opened = (notebook: string) => openNotebook(page, lab, notebook);
      await use(Object.assign(page, { opened }), folder);
    } finally {
      await chromium?.close();
      await lab.stop();
    }
  });
}

const opened = (page: Page, notebook: string): Promise<void> =>
  (page as Page & { opened(notebook: string): Promise<void> }).opened(notebook);

/** A place for screenshots, for people to look at; nowhere unless it is named. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("BEAMFOLD_SCREENSHOTS");
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

const NOTEBOOKS = ["00-welcome.ipynb", "05-hdf5.ipynb"];

testWith(
  [jupyter, browser],
  "Run All draws the plots under their cells; reopened untrusted and as HTML they are still there",
  () =>
    inLab("JupyterLab Light", async (page, folder) => {
      for (const notebook of NOTEBOOKS) {
        const path = `${folder}/notebooks/${notebook}`;
        const expected = committed(path);
        await opened(page, notebook);
        await command(page, "notebook:clear-all-cell-outputs");
        await runAll(page);
        await assertPictures(page, expected, `${notebook}, Run All`);
        const { corner, darkest } = await luminance(page);
        assert.ok(corner > 200 && darkest < 100, `light: corner ${corner}, darkest ${darkest}`);
        await keep(page, `${notebook}-light`);
        await saved(page, path);
        await untrusted(page, path, expected);
        await asHtml(page, path, expected);
      }
    }),
);

/** Saves the notebook. The file is whole once the server has answered: it is written in place. */
async function saved(page: Page, path: string): Promise<void> {
  const name = path.replace(/.*\//, "");
  const written = page.waitForResponse((response) =>
    response.request().method() === "PUT" && new URL(response.url()).pathname.endsWith(`/${name}`)
  );
  await command(page, "docmanager:save");
  assert.equal((await written).status(), 200);
}

/** A copy that nobody has signed, opened anew. */
async function untrusted(page: Page, path: string, expected: readonly number[]): Promise<void> {
  const copy = path.replace(".ipynb", "-copy.ipynb");
  const notebook = JSON.parse(Deno.readTextFileSync(path));
  notebook.metadata.changed = true;
  Deno.writeTextFileSync(copy, JSON.stringify(notebook));
  await opened(page, copy.replace(/.*\//, ""));
  await assertPictures(page, expected, "untrusted");
}

async function asHtml(page: Page, path: string, expected: readonly number[]): Promise<void> {
  const { jupyter } = await prepareEnvironment(() => {});
  const { code, stderr } = await run(jupyter, ["nbconvert", "--to", "html", path]);
  assert.equal(code, 0, stderr);
  await page.goto(`file://${path.replace(".ipynb", ".html")}`);
  const widths = await page.locator(".jp-OutputArea img").evaluateAll((images) =>
    Promise.all((images as HTMLImageElement[]).map((image) => image.decode().then(() => image.naturalWidth)))
  );
  assert.equal(widths.length, expected.reduce((total, count) => total + count, 0));
  assert.ok(widths.every((width) => width > 100), `widths ${widths}`);
}

testWith(
  [jupyter, browser],
  "in the dark theme the plots are dark with light lines",
  () =>
    inLab("JupyterLab Dark", async (page) => {
      for (const notebook of NOTEBOOKS) {
        await opened(page, notebook);
        await runAll(page);
        const { corner, lightest } = await luminance(page);
        assert.ok(corner < 80 && lightest > 150, `dark: corner ${corner}, lightest ${lightest}`);
        await keep(page, `${notebook}-dark`);
      }
    }),
);

testWith(
  [jupyter, browser],
  "rule 11: Stop ends a long replay with a partial result, and the next cell knows its variables",
  () =>
    inLab("JupyterLab Light", async (page) => {
      await opened(page, "stop.ipynb");
      // The first cell prepares; the second one replays for minutes.
      await command(page, RUN_ALL);
      const outputs = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea");
      await outputs.getByText(/events?\/s/).waitFor({ timeout: 30_000 });
      await page.locator('.jp-ToolbarButtonComponent[data-command="notebook:interrupt-kernel"]').click();
      const clicked = Date.now();
      await outputs.getByText(/aborted at event \d+/).waitFor({ timeout: 30_000 });
      const printed = await outputs.getByText(/ended at \d+/).textContent();
      // The clock of the kernel is that of this machine; how busy the browser is does not count.
      const milliseconds = Number(printed?.match(/ended at (\d+)/)?.[1]) - clicked;
      assert.ok(milliseconds < 1000, `it ended ${milliseconds} ms after Stop`);
      const last = page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea");
      await last.getByText(/x is 42, aborted: true/).waitFor({ timeout: 30_000 });
      await keep(page, "stop");
    }),
);
