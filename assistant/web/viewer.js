// The page viewer's behaviour in the browser: turning pages, zooming, and moving to the mark. The
// server sends one <section class="bq-view"> a place; what follows this file decides when.
const ZOOMS = [50, 75, 100, 150, 200, 300]; // percent of the window's width
const FIT = 100;
const PHONE_ZOOM = 200; // a whole A4 page across a phone cannot be read
const narrow = window.matchMedia("(max-width: 820px)");
let settling = false; // the picture on its way shows another place than the last one

const section = () => element.querySelector(".bq-view");

function draw() {
  const view = section();
  if (!view) return;
  const { path, page, cited, pages, name } = view.dataset;
  const mark = JSON.parse(view.dataset.marks)[page];
  const percent = Number(view.dataset.zoom);
  const image = view.querySelector(".bq-image");
  const scale = percent >= 200 ? 3 : 2;
  const source = `${path}${page}.png?scale=${scale}` + (mark ? `&mark=${mark}` : "");
  view.querySelector(".bq-failed").hidden = true;
  image.hidden = false;
  image.style.width = `${percent}%`;
  image.alt = `${name} 第 ${page} 页` + (mark ? `，已标出${view.dataset.marked}` : "");
  if (image.getAttribute("src") !== source) {
    view.classList.add("bq-loading");
    image.setAttribute("src", source);
  }
  view.querySelector(".bq-goto").value = page;
  view.querySelector(".bq-zoom").textContent = `${percent}%`;
  const off = (act, disabled) => { view.querySelector(`[data-act=${act}]`).disabled = disabled; };
  off("previous", Number(page) <= 1);
  off("next", Number(page) >= Number(pages));
  off("cited", page === cited);
  off("out", percent === ZOOMS[0]);
  off("in", percent === ZOOMS[ZOOMS.length - 1]);
}

// A new page is read from the mark, or from its top left.
function settle() {
  const { page, cited, left, top } = section().dataset;
  const image = section().querySelector(".bq-image");
  const scroll = section().querySelector(".bq-scroll");
  const at = page === cited ? [Number(left), Number(top)] : [0, 0];
  scroll.scrollLeft = image.clientWidth * at[0] - scroll.clientWidth * 0.55; // names stand left of figures
  scroll.scrollTop = image.clientHeight * at[1] - scroll.clientHeight / 4;
}

// Zooming keeps what is in the middle of the window there.
function zoomed(percent) {
  const view = section();
  const scroll = view.querySelector(".bq-scroll");
  const ratio = percent / Number(view.dataset.zoom);
  view.dataset.zoom = percent;
  const left = (scroll.scrollLeft + scroll.clientWidth / 2) * ratio - scroll.clientWidth / 2;
  const top = (scroll.scrollTop + scroll.clientHeight / 2) * ratio - scroll.clientHeight / 2;
  draw();
  scroll.scrollTo(left, top);
}

function stepped(step) {
  const at = ZOOMS.indexOf(Number(section().dataset.zoom));
  zoomed(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + step))]);
}

function turned(page) {
  const view = section();
  view.dataset.page = Math.min(Number(view.dataset.pages), Math.max(1, page));
  settling = true;
  draw();
}

// The server sent another section.
function arrived() {
  if (!section()) return;
  section().dataset.zoom = narrow.matches ? PHONE_ZOOM : FIT;
  settling = true;
  draw();
}

const actions = {
  previous: (view) => turned(Number(view.dataset.page) - 1),
  next: (view) => turned(Number(view.dataset.page) + 1),
  cited: (view) => turned(Number(view.dataset.cited)),
  out: () => stepped(-1),
  in: () => stepped(1),
  fit: () => zoomed(FIT),
};
const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", PageUp: "previous", PageDown: "next" };

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) actions[button.dataset.act](section());
});

element.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || !event.target.closest(".bq-scroll, .bq-tools button")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own zoom
  event.preventDefault();
  if (!section().querySelector(`[data-act=${act}]`).disabled) actions[act](section());
});

element.addEventListener("change", (event) => {
  if (!event.target.matches(".bq-goto")) return;
  const page = event.target.value === "" ? section().dataset.page : event.target.value;
  turned(Math.round(Number(page)));
});

// `load` and `error` do not bubble: they are caught on the way down.
element.addEventListener("load", () => {
  section().classList.remove("bq-loading");
  if (settling) settle();
  settling = false;
}, true);
element.addEventListener("error", () => {
  const view = section();
  view.classList.remove("bq-loading");
  view.querySelector(".bq-image").hidden = true;
  view.querySelector(".bq-failed").hidden = false;
}, true);
