// The list of documents: sorting, filtering, and, for staff, reading again and removing.
const API = "../api/documents";
const root = element.closest(".bq-docs");
const sorted = { column: null, down: false };

const rows = () => [...element.querySelectorAll("tbody tr")];
const compare = new Intl.Collator("zh-CN", { numeric: true }).compare;

function sort() {
  const { column, down } = sorted;
  element.querySelectorAll("th").forEach((head, n) => {
    if (n === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  if (column === null) return;
  const key = (row) => row.cells[column].dataset.key;
  const ordered = rows().sort((a, b) => compare(key(a), key(b)) * (down ? -1 : 1));
  element.querySelector("tbody").append(...ordered);
}

function filter() {
  const words = root.querySelector(".bq-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows()) {
    row.hidden = !words.every((word) => row.dataset.text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  const all = rows().length;
  const none = element.querySelector(".bq-no-match");
  if (none) none.hidden = shown > 0;
  root.querySelector(".bq-count").textContent = words.length ? `共 ${all} 份，符合 ${shown} 份` : `共 ${all} 份`;
}

// A dialog of the browser: it holds the focus, and Escape closes it.
function dialog(said, does) {
  const made = document.createElement("dialog");
  const buttons = document.createElement("div");
  const text = document.createElement("p");
  made.className = "bq-dialog";
  text.textContent = said;
  made.setAttribute("aria-label", "请确认");
  const button = (label, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = label;
    one.addEventListener("click", act);
    buttons.append(one);
    return one;
  };
  const away = button(does ? "取消" : "知道了", () => made.close());
  if (does) button(does.label, () => { made.close(); does.act(); }).className = "bq-danger";
  made.append(text, buttons);
  made.addEventListener("close", () => made.remove());
  root.append(made);
  made.showModal();
  away.focus();
}

// Asks the interface; what it refuses is said in its own words.
async function ask(method, path, then) {
  try {
    const answer = await fetch(`${API}/${path}`, { method });
    const body = await answer.json();
    if (answer.ok) then(body);
    else dialog(body.detail);
  } catch {
    dialog("服务器没有回应，请稍后再试。");
  }
}

const actions = {
  read: (doc) => ask("POST", `${doc}/read`, (job) => {
    document.dispatchEvent(new CustomEvent("bq-reading", { detail: job }));
    root.querySelector(".bq-jobs")?.scrollIntoView({ block: "nearest" });
  }),
  remove: (doc, name) => dialog(
    `要移除“${name}”吗？移除后不能再就它提问，要恢复须重新上传。`,
    { label: "移除", act: () => ask("DELETE", doc, () => trigger("changed", {})) },
  ),
};

element.addEventListener("click", (event) => {
  const head = event.target.closest("[data-sort]");
  const button = event.target.closest("[data-does]");
  if (head) {
    const column = Number(head.dataset.sort);
    sorted.down = sorted.column === column && !sorted.down;
    sorted.column = column;
    sort();
  } else if (button) {
    actions[button.dataset.does](button.dataset.doc, button.dataset.name);
  }
});
root.addEventListener("input", (event) => {
  if (event.target.matches(".bq-filter")) filter();
});

function arrived() {
  sort();
  filter();
}

watch("value", arrived);
