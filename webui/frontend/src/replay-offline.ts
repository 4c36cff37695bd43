// Replay in an exported case: everything stands in the page itself, nothing is asked of anybody.
import "bootstrap/dist/css/bootstrap.min.css";
import "./style/index.css";
import "./style/diagram.css";
import "./style/replay.css";
import { Player } from "./replay/player";
import type { Head, Json, Part } from "./replay/timeline";

type Exported = { diagram: string; head: Head; part: Part; entries: Record<string, string> };

async function* whole(part: Part): AsyncGenerator<Part> {
  yield part;
}

const host = document.querySelector<HTMLElement>('[data-island="replay"]')!;
const exported = JSON.parse(document.querySelector('[data-part="case"]')!.textContent!) as Exported;
const player = new Player(host, {
  diagram: () => Promise.resolve(exported.diagram),
  data: () => Promise.resolve({ head: exported.head, parts: whole(exported.part) }),
  entry: (seq) => Promise.resolve(exported.entries[seq]!),
  value: (): Promise<Json> => Promise.reject(new Error("an export holds every value whole")),
});
Object.assign(host, { player });
player.open(Number(/^#(\d+)$/.exec(location.hash)?.[1] ?? 1)).catch((reason) => {
  console.warn(reason);
  host.dataset["state"] = "failed";
  host.querySelector<HTMLElement>("[data-part=failed]")!.hidden = false;
});
