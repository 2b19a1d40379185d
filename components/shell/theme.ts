/** Changes the theme and keeps the choice in this browser. Returns the new one. */
export function switchTheme(): "light" | "dark" {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  return next;
}
