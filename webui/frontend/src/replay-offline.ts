// Replay in an exported case: everything stands in the page itself, nothing is asked of anybody.
import "bootstrap/dist/css/bootstrap.min.css";
import "./style/index.css";
import "./style/diagram.css";
import "./style/replay.css";
import { Player } from "./replay/player";
import type { Case, Json } from "./replay/timeline";

type Exported = { diagram: string; data: Case; entries: Record<string, string> };

const host = document.querySelector<HTMLElement>('[data-island="replay"]')!;
const exported = JSON.parse(document.querySelector('[data-part="case"]')!.textContent!) as Exported;
const player = new Player(host, {
  diagram: () => Promise.resolve(exported.diagram),
  data: () => Promise.resolve(exported.data),
  entry: (seq) => Promise.resolve(exported.entries[seq]!),
  value: (): Promise<Json> => Promise.reject(new Error("an export holds every value whole")),
});
Object.assign(host, { player });
player.open(Number(/^#(\d+)$/.exec(location.hash)?.[1] ?? 1)).catch((reason) => {
  console.warn(reason);
  host.dataset["state"] = "failed";
  host.querySelector<HTMLElement>("[data-part=failed]")!.hidden = false;
});
