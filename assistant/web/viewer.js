// The page viewer's behaviour in the browser: turning pages, zooming, and moving to the mark. The
// server sends one <section class="bq-view"> a place; what follows this file decides when.
const ZOOMS = [100, 150, 200, 300];
const PHONE_ZOOM = 2; // a whole A4 page across a phone cannot be read
const narrow = window.matchMedia("(max-width: 820px)");
let settling = false; // the picture on its way shows another place than the last one

const section = () => element.querySelector(".bq-view");

function draw() {
  const view = section();
  if (!view) return;
  const { path, page, cited, pages, name, zoom } = view.dataset;
  const mark = JSON.parse(view.dataset.marks)[page];
  const percent = ZOOMS[Number(zoom)];
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
  view.querySelector(".bq-where").textContent = `第 ${page} / ${pages} 页`;
  view.querySelector(".bq-zoom").textContent = `${percent}%`;
  const off = (act, disabled) => { view.querySelector(`[data-act=${act}]`).disabled = disabled; };
  off("previous", Number(page) <= 1);
  off("next", Number(page) >= Number(pages));
  off("cited", page === cited);
  off("out", Number(zoom) === 0);
  off("in", Number(zoom) === ZOOMS.length - 1);
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
function zoomed(step) {
  const view = section();
  const scroll = view.querySelector(".bq-scroll");
  const before = ZOOMS[Number(view.dataset.zoom)];
  view.dataset.zoom = Math.min(ZOOMS.length - 1, Math.max(0, Number(view.dataset.zoom) + step));
  const ratio = ZOOMS[Number(view.dataset.zoom)] / before;
  const left = (scroll.scrollLeft + scroll.clientWidth / 2) * ratio - scroll.clientWidth / 2;
  const top = (scroll.scrollTop + scroll.clientHeight / 2) * ratio - scroll.clientHeight / 2;
  draw();
  scroll.scrollTo(left, top);
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
  if (narrow.matches) section().dataset.zoom = PHONE_ZOOM;
  settling = true;
  draw();
}

const actions = {
  previous: (view) => turned(Number(view.dataset.page) - 1),
  next: (view) => turned(Number(view.dataset.page) + 1),
  cited: (view) => turned(Number(view.dataset.cited)),
  out: () => zoomed(-1),
  in: () => zoomed(1),
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) actions[button.dataset.act](section());
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
