"use strict";
// Filters and sorts the ledger. Without it the page shows all claims in the order of the reports.
const form = document.getElementById("filters");
const body = document.querySelector("#claims tbody");
const rows = Array.from(body.rows);
const shown = document.getElementById("shown");
const headings = document.querySelectorAll("#claims thead th");
const choices = ["report", "kind", "verdict", "reading"];
const kept = ["words", ...choices];
const anchor = "#ledger";

// What is filtered stands in the address, behind the anchor: a file opened from a disk may change nothing else of its address.
function remember() {
  const asked = new URLSearchParams(kept.map((name) => [name, form.elements[name].value]).filter(([, value]) => value));
  const wanted = asked.size ? `${anchor}&${asked}` : anchor;
  if (asked.size || location.hash.startsWith(`${anchor}&`)) history.replaceState(null, "", wanted);
}

// Filters as the address has them; whether it has any.
function recall() {
  if (!location.hash.startsWith(`${anchor}&`)) return false;
  const asked = new URLSearchParams(location.hash.slice(anchor.length + 1));
  for (const name of kept) form.elements[name].value = asked.get(name) ?? "";
  filter();
  document.getElementById("ledger").scrollIntoView();
  return true;
}

function filter() {
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const chosen = choices.every((name) => !form.elements[name].value || row.dataset[name] === form.elements[name].value);
    const text = row.textContent.toLowerCase();
    row.hidden = !(chosen && words.every((word) => text.includes(word)));
    count += !row.hidden;
  }
  shown.textContent = count === rows.length ? `${count} rows` : `${count} of ${rows.length} rows`;
}

// A column's values in order, up or down, those that are missing last; column -1 is the order of the reports.
function sortBy(column, descending) {
  headings.forEach((heading, index) => {
    heading.setAttribute("aria-sort", index !== column ? "none" : descending ? "descending" : "ascending");
  });
  form.elements.order.value = column < 0 ? "" : String(column);
  if (column < 0) return body.append(...rows);
  const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const numeric = "sort" in rows[0].cells[column].dataset;
  const missing = (value) => value === (numeric ? "nan" : "");
  body.append(...rows.slice().sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    const order = numeric ? Number(a) - Number(b) : a.localeCompare(b, "en", { numeric: true });
    return descending ? -order : order;
  }));
}

// A link to a claim that a filter hides would lead nowhere.
function reveal() {
  if (recall()) return;
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row && rows.includes(row)) {
    if (row.hidden) form.reset();
    // After the reset has shown the row again.
    setTimeout(() => {
      row.querySelector("details").open = true;
      row.scrollIntoView();
    });
  }
}

headings.forEach((heading, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => sortBy(column, heading.getAttribute("aria-sort") === "ascending"));
  form.elements.order.add(new Option(heading.textContent, String(column)));
  heading.replaceChildren(button);
});
form.elements.order.addEventListener("change", (event) => sortBy(event.target.value === "" ? -1 : Number(event.target.value), false));
form.hidden = false;
for (const link of document.querySelectorAll("[data-filter]")) link.hash = `${anchor}&${link.dataset.filter}`;
for (const happened of ["input", "change"]) form.addEventListener(happened, () => (filter(), remember()));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => (filter(), remember(), sortBy(-1, false))));
window.addEventListener("hashchange", reveal);
filter();
reveal();
