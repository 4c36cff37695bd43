// Light or dark, large type: kept in cookies, so that the server writes them into the page and nothing flickers.

const YEAR = 60 * 60 * 24 * 365;

export function showDisplayChoices(): void {
  const root = document.documentElement;
  const remember = (name: string, value: string) => (document.cookie = `${name}=${value};path=/;max-age=${YEAR};samesite=lax`);
  document.querySelectorAll<HTMLButtonElement>("button[data-display]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.dataset["display"] === "large") {
        remember("bh_large", root.classList.toggle("bh-large") ? "1" : "0");
        button.setAttribute("aria-pressed", String(root.classList.contains("bh-large")));
      } else {
        root.dataset["bsTheme"] = root.dataset["bsTheme"] === "dark" ? "light" : "dark";
        remember("bh_theme", root.dataset["bsTheme"]);
        button.setAttribute("aria-pressed", String(root.dataset["bsTheme"] === "dark"));
      }
    });
  });
}
