"use strict";
(() => {
  const form = document.querySelector("form.filters");
  const cards = [...document.querySelectorAll("article.question")];
  const show = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const fits = (card) => (!wanted.fault || card.dataset.fault.split(" ").includes(wanted.fault))
      && (!wanted.type || card.dataset.type === wanted.type)
      && (!wanted.document || card.dataset.document === wanted.document);
    let shown = 0;
    for (const card of cards) shown += !(card.hidden = !fits(card));
    form.querySelector("output").textContent = `显示 ${shown} / ${cards.length} 题`;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("change", show);
    show();
    for (const link of document.querySelectorAll("a[data-filter]")) {
      link.addEventListener("click", () => {
        for (const select of form.querySelectorAll("select")) {
          select.value = select.name === link.dataset.filter ? link.dataset.value : "";
          if (select.selectedIndex < 0) select.value = "";
        }
        show();
      });
    }
  }
  const dialog = document.querySelector("dialog");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.page");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      dialog.querySelector("img").src = link.getAttribute("href");
      dialog.querySelector("p").textContent = link.title;
      dialog.showModal();
    } else if (event.target.closest("dialog")) {
      dialog.close();
    }
  });
})();
