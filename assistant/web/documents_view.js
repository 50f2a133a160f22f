// One document: which one, and which of its tables, the address says (#doc=2&table=5), so that the
// browser's own “back” works. It follows viewer.js, which shows the page.
const root = element.closest(".bq-docs");
let left = null; // what was chosen in the list, for the way back

const pane = () => element.querySelector(".bq-pages");
const cells = () => [...element.querySelectorAll("td[data-at]")];

function opened() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const doc = asked.get("doc");
  root.classList.toggle("bq-opened", Boolean(doc));
  if (!doc) {
    if (left?.isConnected) left.focus();
    return;
  }
  left = document.activeElement?.closest?.(".bq-list a") ?? left;
  const number = (name) => (asked.has(name) ? Number(asked.get(name)) : null);
  trigger("opened", { doc: number("doc"), table: number("table"), audit: asked.has("audit") });
}

// The place of a cell or figure, “page:x0,top,x1,bottom”, on the picture.
function look(from) {
  const [page, mark] = from.dataset.at.split(":");
  const view = section();
  const marks = JSON.parse(view.dataset.marks);
  view.dataset.table ??= view.dataset.marks; // what “back to the table” returns to
  view.dataset.marks = JSON.stringify({ ...marks, [page]: mark });
  view.dataset.page = page;
  settling = true;
  draw();
  view.querySelector("[data-act=cited]").disabled = false; // the mark is another now
  element.querySelectorAll(".bq-at").forEach((other) => other.classList.remove("bq-at"));
  from.classList.add("bq-at");
}

function show() {
  if (narrow.matches) pane().classList.add("bq-reading");
}

actions.close = () => pane().classList.remove("bq-reading");
actions.cited = (view) => {
  if (view.dataset.table) view.dataset.marks = view.dataset.table;
  turned(Number(view.dataset.cited));
};
actions.look = () => show();

element.addEventListener("click", (event) => {
  const place = event.target.closest("[data-at]");
  if (!place) return;
  if (place.matches("button")) look(place);
  else place.focus();
});
element.addEventListener("focusin", (event) => {
  const cell = event.target.closest("td[data-at]");
  if (!cell) return;
  cells().forEach((other) => { other.tabIndex = other === cell ? 0 : -1; });
  look(cell);
});

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
element.addEventListener("keydown", (event) => {
  const cell = event.target.closest("td[data-at]");
  const step = STEPS[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const at = (other) => [Number(other.dataset.row), Number(other.dataset.col)];
  const [row, col] = at(cell);
  // The nearest cell that way: merged cells leave gaps.
  const ahead = cells().filter((other) => {
    const [r, c] = at(other);
    return step[0] ? (r - row) * step[0] > 0 && c <= col : r === row && (c - col) * step[1] > 0;
  });
  const far = (other) => Math.abs(at(other)[0] - row) * 1000 + Math.abs(at(other)[1] - col);
  ahead.sort((a, b) => far(a) - far(b))[0]?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") pane()?.classList.remove("bq-reading");
});

watch("value", () => {
  arrived();
  if (cells()[0]) cells()[0].tabIndex = 0;
  element.querySelector(".bq-toc [aria-current]")?.scrollIntoView({ block: "nearest" });
});
window.addEventListener("hashchange", opened);
opened();
