// Runs before the page is painted: follows the system's light or dark where the person has not chosen.
if (document.documentElement.dataset.bsTheme === "auto") {
  document.documentElement.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
