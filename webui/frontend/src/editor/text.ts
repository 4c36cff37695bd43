// A file as plain text: letters, translations, scenarios, the manifest.
import { data, later, w } from "./data";
import { whenChosen } from "./choosing";
import { begin, say } from "./page";
import { pending, textOf } from "./pending";
import { Steps } from "./steps";

/** What is seen above the line that somebody is led to. */
const LINES_ABOVE = 3;
const area = document.getElementById("text") as HTMLTextAreaElement;
const info = data.files.find((file) => file.name === data.file);

let steps: Steps;

async function show(text: string): Promise<void> {
  area.value = text;
}

async function open(): Promise<void> {
  if (info && !info.text && pending.changes[data.file] === undefined) {
    area.hidden = true;
    say(w("binary"));
    return;
  }
  const text = (await textOf(data.file)) ?? "";
  await show(text);
  area.disabled = false;
  steps = new Steps(data.file, text, show);
}

async function collect(): Promise<void> {
  if (!area.disabled) await steps.collect(async () => area.value);
}

await open();
area.addEventListener("input", later(300, () => void collect()));
whenChosen(({ line }) => {
  const before = area.value.split("\n").slice(0, Math.max(0, line - 1));
  const start = before.reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start);
  area.scrollTop = (area.scrollHeight / area.value.split("\n").length) * (before.length - LINES_ABOVE);
});
begin(collect);
