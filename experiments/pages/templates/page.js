"use strict";
// Copies commands, opens figures in full size, and opens what a link leads to. Without it all of it is there, but not at a click.

function copyButton(command) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${command.textContent}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
    } catch {
      // Where the clipboard is closed to pages, the command is at least selected.
      getSelection().selectAllChildren(command);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  return button;
}

for (const command of document.querySelectorAll(".command code")) command.after(" ", copyButton(command));

const dialog = document.getElementById("full-size");

function openFullSize(image) {
  const copy = new Image(image.naturalWidth, image.naturalHeight);
  copy.src = image.src;
  copy.alt = image.alt;
  dialog.querySelector("div").replaceChildren(copy);
  dialog.showModal();
}

for (const image of document.querySelectorAll("figure.plot img")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "enlarge";
  button.textContent = "Full size";
  button.setAttribute("aria-label", `Full size: ${image.alt.split(". ")[0]}`);
  button.addEventListener("click", () => openFullSize(image));
  image.addEventListener("click", () => openFullSize(image));
  image.nextElementSibling.append(" ", button);
}
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

// What is folded away around a link's target is opened.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const folded = [];
  for (let element = target; element; element = element.parentElement) if (element.tagName === "DETAILS" && !element.open) folded.push(element);
  for (const details of folded) details.open = true;
  if (folded.length) target.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
unfold();

// Marks in the contents the part that is being read.
const links = new Map(Array.from(document.querySelectorAll("nav a"), (link) => [link.hash.slice(1), link]));
const parts = Array.from(document.querySelectorAll("main > section")).filter((part) => links.has(part.getAttribute("aria-labelledby")));

function markCurrent() {
  const read = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 3).at(-1);
  for (const link of links.values()) link.removeAttribute("aria-current");
  if (read) links.get(read.getAttribute("aria-labelledby")).setAttribute("aria-current", "true");
}
let marking = false;
window.addEventListener("scroll", () => {
  if (marking) return;
  marking = true;
  requestAnimationFrame(() => {
    marking = false;
    markCurrent();
  });
}, { passive: true });
markCurrent();
