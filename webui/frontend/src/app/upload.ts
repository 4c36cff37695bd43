// A file chosen in an input with data-upload-url is sent at once; what is posted later is only the server's reference to it.

type Reference = { digest: string; name: string; size: number };

export function uploadBeforeSending(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.dataset["uploadUrl"]) void uploadAll(input);
  });
}

async function uploadAll(input: HTMLInputElement): Promise<void> {
  const field = input.closest<HTMLElement>(".bh-field")!;
  const line = field.querySelector<HTMLElement>("[data-upload-state]");
  const say = (sentence: string | undefined, name = "") => {
    if (line) line.textContent = (sentence ?? "").replace("{name}", name);
  };
  const files = [...(input.files ?? [])];
  input.disabled = true;
  for (const file of files) {
    say(line?.dataset["sending"], file.name);
    const reply = await send(input, file);
    if (!reply || "error" in reply) {
      say(reply?.error ?? line?.dataset["failed"], file.name);
      break;
    }
    if (!input.multiple) field.querySelectorAll(".bh-files li").forEach((row) => row.remove());
    show(field, input.name, reply);
    say(line?.dataset["done"], file.name);
  }
  input.disabled = false;
  input.value = "";
  input.dispatchEvent(new CustomEvent("bh:changed", { bubbles: true }));
}

async function send(input: HTMLInputElement, file: File): Promise<Reference | { error: string } | null> {
  const data = new FormData();
  const csrf = input.form?.querySelector<HTMLInputElement>("input[name=_csrf]");
  if (csrf) data.set("_csrf", csrf.value);
  data.set("file", file);
  try {
    const reply = await fetch(input.dataset["uploadUrl"]!, { method: "POST", body: data, headers: { Accept: "application/json" } });
    return (await reply.json()) as Reference | { error: string };
  } catch {
    return null;
  }
}

/** One more row in the field's list of files, made from the page's own template. */
function show(field: HTMLElement, name: string, file: Reference): void {
  const row = field.querySelector<HTMLTemplateElement>("template")!.content.cloneNode(true) as DocumentFragment;
  const hidden = row.querySelector<HTMLInputElement>("input")!;
  hidden.name = name;
  hidden.value = JSON.stringify(file);
  row.querySelector("[data-part=name]")!.textContent = file.name;
  const remove = row.querySelector<HTMLButtonElement>("button")!;
  remove.value = `${name}:${file.digest}`;
  remove.setAttribute("aria-label", `${remove.textContent} ${file.name}`);
  field.querySelector(".bh-files")!.append(row);
}
