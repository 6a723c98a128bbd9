/// <reference lib="dom" />
/**
 * JupyterLab on loopback and a browser, for tests.
 *
 * @module
 */

import { type Browser, chromium, type Locator, type Page } from "npm:playwright-core@1.65.1";
import { prepareEnvironment } from "../../lib/cli/environment.ts";
import { type Need, ROOT } from "../tools.ts";

const CHROMIUM = "/usr/bin/chromium";

/** The command that runs all cells. */
export const RUN_ALL = "notebook:run-all-cells";

/** Milliseconds that JupyterLab and a kernel may take to start, on a busy machine. */
const START = 60_000;

/** The system's Chromium. */
export const browser: Need = {
  missing() {
    try {
      return Deno.statSync(CHROMIUM).isFile ? undefined : `${CHROMIUM} is no file`;
    } catch {
      return `no ${CHROMIUM} (Debian package chromium)`;
    }
  },
};

/** Starts the browser. */
export function startBrowser(): Promise<Browser> {
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", ...quiet, "--disable-component-update", "--disable-sync"],
  });
}

/** A JupyterLab that runs. */
export interface Lab {
  /** Its folder, with copies of the notebooks; captures and the module are where the notebooks expect them. */
  readonly folder: string;
  readonly address: string;
  stop(): Promise<void>;
}

/** A copy of the notebooks in a folder, beside links to all that they use. */
export function notebooksIn(folder: string): string {
  for (const name of ["mod.ts", "lib", "data", "deno.json", "deno.lock"]) {
    Deno.symlinkSync(`${ROOT}${name}`, `${folder}/${name}`);
  }
  const notebooks = `${folder}/notebooks`;
  Deno.mkdirSync(notebooks);
  for (const { name, isFile } of Deno.readDirSync(`${ROOT}notebooks`)) {
    if (isFile) Deno.copyFileSync(`${ROOT}notebooks/${name}`, `${notebooks}/${name}`);
  }
  return notebooks;
}

/** Starts JupyterLab in a folder that `notebooksIn` has filled, light or dark. */
export async function startLab(folder: string, theme: "JupyterLab Light" | "JupyterLab Dark"): Promise<Lab> {
  const environment = await prepareEnvironment(() => {});
  const settings = `${folder}/settings-${theme.replaceAll(" ", "-")}`;
  writeSettings(settings, "apputils-extension/themes", { theme });
  // Cells out of sight would otherwise not be in the page.
  writeSettings(settings, "apputils-extension/notification", { fetchNews: "false", checkForUpdates: false });
  writeSettings(settings, "notebook-extension/tracker", { windowingMode: "none", autoStartDefaultKernel: true });
  const token = crypto.randomUUID();
  const port = freePort();
  const child = new Deno.Command(environment.jupyter, {
    args: [
      ...[
        "lab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        `--port=${port}`,
        `--IdentityProvider.token=${token}`,
      ],
      "--KernelSpecManager.allowed_kernelspecs=deno",
      ...["--LabApp.expose_app_in_browser=True", `--ServerApp.root_dir=${folder}/notebooks`],
    ],
    cwd: `${folder}/notebooks`,
    env: {
      JUPYTER_PATH: environment.jupyterPath,
      JUPYTERLAB_SETTINGS_DIR: settings,
      // Nothing that a user has set up, and nobody whom a notebook is trusted by.
      JUPYTER_CONFIG_DIR: `${folder}/config`,
      JUPYTER_DATA_DIR: `${folder}/share`,
      JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await answers(`http://127.0.0.1:${port}/api/status?token=${token}`);
  return {
    folder,
    address: `http://127.0.0.1:${port}/lab/tree/{notebook}?reset&token=${token}`,
    async stop() {
      // It ends its kernels before itself.
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits until a server answers. */
async function answers(address: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answered = await fetch(address).then(
      (response) => response.body?.cancel().then(() => response.ok),
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("JupyterLab does not answer");
}

function writeSettings(folder: string, plugin: string, values: Record<string, unknown>): void {
  const path = `${folder}/@jupyterlab/${plugin}.jupyterlab-settings`;
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
  Deno.writeTextFileSync(path, JSON.stringify(values));
}

/** What is read of JupyterLab in its page. */
interface JupyterApp {
  readonly commands: { execute(id: string): unknown };
  readonly shell: {
    readonly currentWidget: {
      readonly sessionContext?: {
        readonly ready: Promise<void>;
        readonly session: {
          readonly kernel: { readonly info: Promise<unknown>; readonly connectionStatus: string } | null;
        } | null;
      };
    } | null;
  };
}

/**
 * Opens a notebook, and waits until its kernel is connected: JupyterLab passes over cells in silence, or asks for a
 * kernel, when it is told to run them before.
 */
export async function openNotebook(page: Page, lab: Lab, notebook: string): Promise<void> {
  await page.goto(lab.address.replace("{notebook}", notebook));
  await page.locator(".jp-NotebookPanel .jp-Cell").first().waitFor({ timeout: START });
  await page.waitForFunction(
    async () => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
      const context = jupyterapp.shell.currentWidget?.sessionContext;
      await context?.ready;
      const kernel = context?.session?.kernel;
      await kernel?.info;
      return kernel?.connectionStatus === "connected";
    },
    undefined,
    { timeout: START, polling: 100 },
  );
  await page.locator('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({
    timeout: START,
  });
}

/** Starts a command of JupyterLab. */
export async function command(page: Page, id: string): Promise<void> {
  await page.evaluate((id) => {
    const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
    jupyterapp.commands.execute(id);
  }, id);
}

/** Runs all cells, and waits until the last one has run. */
export async function runAll(page: Page): Promise<void> {
  await command(page, RUN_ALL);
  await prompts(page).last().filter({ hasText: /\[\d+\]/ }).waitFor({ timeout: 60_000 });
}

function prompts(page: Page): Locator {
  return page.locator(".jp-NotebookPanel .jp-CodeCell .jp-InputPrompt");
}

/** A picture in an output, as the page has it. */
export interface Shown {
  /** The number of the cell. */
  readonly cell: number;
  readonly alt: string;
  /** 0 when the picture could not be loaded. */
  readonly width: number;
  /** How many colours it has: a blank one has one. */
  readonly colours: number;
}

/** The pictures in the outputs of all cells. */
export async function picturesIn(page: Page): Promise<Shown[]> {
  return await page.evaluate(async () => {
    const { document } = globalThis as unknown as { document: Document };
    const cells = [...document.querySelectorAll(".jp-NotebookPanel .jp-Cell")];
    const found: Shown[] = [];
    for (const [cell, element] of cells.entries()) {
      for (const image of element.querySelectorAll<HTMLImageElement>(".jp-OutputArea img")) {
        await image.decode().catch(() => {});
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth || 1, image.naturalHeight || 1];
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Set(new Uint32Array(data.buffer)).size;
        found.push({ cell, alt: image.alt, width: image.naturalWidth, colours });
      }
    }
    return found;
  });
}
