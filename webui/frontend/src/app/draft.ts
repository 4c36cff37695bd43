// A form with data-draft-url saves what is typed 800 ms after the last key, says so, and warns before unsaved text is left.

const PAUSE = 800;

export function keepDrafts(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-draft-url]").forEach(keep);
}

function keep(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-draft-state]");
  let timer = 0;
  let changes = 0;
  let saved = 0;

  const say = (sentence: string | undefined) => {
    if (line && sentence) line.textContent = sentence;
  };
  const save = async () => {
    const upTo = changes;
    try {
      const reply = await fetch(form.dataset["draftUrl"]!, { method: "POST", body: typedIn(form), headers: { Accept: "application/json" } });
      if (!reply.ok) throw new Error(String(reply.status));
      // The time is the office's, as everywhere on the page; the browser may be set to another zone.
      const told = (await reply.json()) as { saved: string };
      saved = upTo;
      say(line?.dataset["saved"]?.replace("{time}", told.saved));
    } catch {
      say(line?.dataset["failed"]);
    }
  };
  const changed = () => {
    changes += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("bh:changed", changed);
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    saved = changes;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changes !== saved) event.preventDefault();
  });
}

/** What the form holds, without the bodies of files: those travel on their own. */
export function typedIn(form: HTMLFormElement): FormData {
  const data = new FormData();
  for (const [name, value] of new FormData(form)) if (!(value instanceof File)) data.append(name, value);
  return data;
}
