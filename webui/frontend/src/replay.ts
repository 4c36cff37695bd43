// The replay page: everything comes from the server; what was looked at is noted there.
import "./style/diagram.css";
import "./style/replay.css";
import { lines } from "./replay/lines";
import { Player, type Source } from "./replay/player";
import type { Head, Part } from "./replay/timeline";

function given(reply: Response): Response {
  if (!reply.ok) throw new Error(`${reply.url}: ${reply.status}`);
  return reply;
}

function fromServer(host: HTMLElement): Source {
  const { sourceUrl, diagramUrl, entryUrl } = host.dataset;
  const address = (seq: number): string => entryUrl!.replace(/0$/, String(seq));
  return {
    diagram: () => fetch(diagramUrl!).then(given).then((reply) => reply.text()),
    async data() {
      const read = lines(given(await fetch(sourceUrl!)).body!);
      const { value } = await read.next();
      return { head: JSON.parse(value!) as Head, parts: parsed(read) };
    },
    entry: (seq, signal) => fetch(address(seq), { signal }).then(given).then((reply) => reply.text()),
    value: (seq, number) => fetch(`${address(seq)}/values/${number}`).then(given).then((reply) => reply.json()),
    visited: (seq) => remember(host, seq),
  };
}

async function* parsed(read: AsyncIterable<string>): AsyncGenerator<Part> {
  for await (const line of read) yield JSON.parse(line) as Part;
}

let furthest = 0;
let sent = 0;
let later = 0;

/** The address names the entry, so that it can be sent to somebody; where one left off is kept by the server. */
function remember(host: HTMLElement, seq: number): void {
  const address = new URL(location.href);
  address.searchParams.set("entry", String(seq));
  address.searchParams.delete("after");
  history.replaceState(null, "", address);
  if (seq <= furthest) return;
  furthest = seq;
  clearTimeout(later);
  later = window.setTimeout(() => send(host), 1000);
}

function send(host: HTMLElement): void {
  const { visitUrl, csrf } = host.dataset;
  if (!visitUrl || !csrf || furthest <= sent) return;
  sent = furthest;
  void fetch(visitUrl, { method: "POST", keepalive: true, headers: { "X-CSRF-Token": csrf }, body: new URLSearchParams({ entry: String(sent) }) });
}

const host = document.querySelector<HTMLElement>('[data-island="replay"]');
if (host) {
  const player = new Player(host, fromServer(host));
  Object.assign(host, { player });
  addEventListener("pagehide", () => send(host));
  player.open(Number(host.dataset["start"])).catch((reason) => {
    console.warn(reason);
    host.dataset["state"] = "failed";
    host.querySelector<HTMLElement>("[data-part=stage]")!.hidden = true;
    host.querySelector<HTMLElement>("[data-part=failed]")!.hidden = false;
  });
}
