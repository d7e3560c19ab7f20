// The page works without this. With it, findings can be narrowed down, and everything is open where it is printed.
(() => {
  "use strict";
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const form = document.querySelector(".filters");
  const closed = all("details:not([open])");

  addEventListener("beforeprint", () => {
    closed.splice(0, closed.length, ...all("details:not([open])"));
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  // A link to something that is folded away unfolds it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  if (!form) return;
  const files = all(".file").map((file) => ({
    element: file,
    path: file.querySelector("summary").textContent.toLowerCase(),
    rules: all(".rule", file).map((rule) => ({
      element: rule,
      title: rule.querySelector("h4").textContent.toLowerCase(),
      items: all(".places > li", rule).map((item) => ({ element: item, text: item.textContent.toLowerCase() })),
    })),
  }));
  const total = all(".places > li").length;
  const search = document.getElementById("search");
  const severity = document.getElementById("severity");
  const status = document.getElementById("status");
  const matches = document.getElementById("matches");
  const button = document.getElementById("open-all");
  const format = new Intl.NumberFormat("en").format;

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const narrowed = words.length > 0 || Boolean(severity?.value) || Boolean(status?.value);
    let found = 0;
    for (const file of files) {
      let inFile = 0;
      for (const rule of file.rules) {
        let inRule = 0;
        for (const item of rule.items) {
          const data = item.element.dataset;
          const fits =
            (!severity?.value || data.severity === severity.value) &&
            (!status?.value || data.status === status.value) &&
            words.every((word) => item.text.includes(word) || rule.title.includes(word) || file.path.includes(word));
          item.element.hidden = !fits;
          inRule += fits;
        }
        rule.element.hidden = !inRule;
        inFile += inRule;
      }
      file.element.hidden = !inFile;
      found += inFile;
    }
    matches.textContent = narrowed ? `${format(found)} of ${format(total)} findings` : "";
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  };
  search.addEventListener("input", soon);
  severity?.addEventListener("change", apply);
  status?.addEventListener("change", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    for (const file of files) if (!file.element.hidden) file.element.open = open;
  });
  form.hidden = false;
  apply();
})();
