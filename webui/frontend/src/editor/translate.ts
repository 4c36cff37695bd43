// The libraries' words in Chinese: public collections and our own; what none of them has is noted, for the tests.

export type Words = Record<string, string>;
export const missing = new Set<string>();
(window as unknown as { bihuanMissing: Set<string> }).bihuanMissing = missing;
export const chinese = document.documentElement.lang === "zh-CN";

/** A ``translate`` of diagram-js over these collections; the later ones go before the earlier. */
export function translator(...collections: Words[]): object {
  const lowered: Words = {};
  for (const words of collections) {
    // Their keys and the libraries differ in case here and there.
    for (const [key, word] of Object.entries(words)) lowered[key.toLowerCase()] = word;
  }
  const translate = (template: string, values: Words = {}): string => {
    let said = template;
    if (chinese) {
      const found = lowered[template.toLowerCase()];
      if (found === undefined && /[a-z]{2}/i.test(template)) missing.add(template);
      said = found ?? template;
    }
    return said.replace(/{([^}]+)}/g, (_, name: string) => values[name] ?? `{${name}}`);
  };
  return { translate: ["value", translate] };
}

const READ = ["placeholder", "title", "aria-label"];

/** For a library whose words stand in its code: exchanges whole texts as they appear below *host*. */
export function exchange(host: HTMLElement, words: Words): void {
  if (!chinese) return;
  const text = (node: Node): void => {
    const said = words[node.nodeValue?.trim() ?? ""];
    if (said && !(node.parentElement?.closest("[contenteditable], textarea, .fjs-form-field-content") ?? null)) node.nodeValue = said;
  };
  const attributes = (element: Element): void => {
    for (const name of READ) {
      const said = words[element.getAttribute(name) ?? ""];
      if (said) element.setAttribute(name, said);
    }
  };
  const walk = (root: Node): void => {
    if (root.nodeType === Node.TEXT_NODE) text(root);
    if (!(root instanceof Element)) return;
    attributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      if (walker.currentNode instanceof Element) attributes(walker.currentNode);
      else text(walker.currentNode);
    }
  };
  walk(host);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") text(change.target);
      else if (change.type === "attributes") attributes(change.target as Element);
      else change.addedNodes.forEach(walk);
    }
  }).observe(host, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: READ });
}
