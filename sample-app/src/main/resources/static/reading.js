/*
 * Copies code and results, shows times as those of the reader and how long ago they were, and filters the runs by what the
 * address of the page has. Without it, times are UTC, and all runs are shown.
 */
(() => {
    const AGES = [[60, "second"], [60, "minute"], [24, "hour"], [Infinity, "day"]];
    const written = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium" }); // as ISO 8601 writes it
    const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
    const news = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });
    const filter = document.getElementById("filter");
    let opened = [];
    let pending = 0;

    document.documentElement.classList.add("reading");
    if (document.querySelector(".copy")) {
        document.body.append(news);
    }

    document.addEventListener("click", async ({ target }) => {
        const button = target.closest(".copy");
        if (button) {
            const code = button.parentElement.querySelector("pre");
            const copied = await navigator.clipboard.writeText(code.textContent).then(() => true, () => false);
            if (!copied) {
                getSelection().selectAllChildren(code);
            }
            news.textContent = button.firstChild.textContent = copied ? "Copied" : "Selected";
            setTimeout(() => news.textContent = "", 2_000);
            setTimeout(() => button.firstChild.textContent = "Copy", 2_000);
        }
    });

    function age(time) {
        let age = (time - Date.now()) / 1000;
        for (const [size, unit] of AGES) {
            if (Math.abs(age) < size) {
                return unit === "second" ? "just now" : ago.format(Math.round(age), unit);
            }
            age /= size;
        }
    }

    function showTimes() {
        document.querySelectorAll("time[datetime]").forEach((element) => {
            const time = new Date(element.dateTime);
            const text = `${written.format(time)} (${age(time)})`;
            if (element.textContent !== text) {
                element.textContent = text;
            }
        });
    }

    function showRuns() {
        const state = filter.state.value;
        const text = filter.text.value.trim().toLowerCase();
        const rows = [...document.querySelectorAll("#rows > .row")];
        let shown = 0;
        rows.forEach((row) => {
            const rest = row.querySelector(".rest");
            const words = `${row.querySelector(".what").textContent} ${rest.dataset.run ?? ""}`;
            const found = words.toLowerCase().includes(text) && (!state || rest.querySelector(`.badge.${state}`));
            row.hidden = !found;
            shown += found ? 1 : 0;
        });
        const status = state || text ? `${shown} of ${rows.length} runs` : "";
        const line = document.getElementById("filtered");
        if (line.textContent !== status) {
            line.textContent = status;
        }
    }

    function keep() {
        const values = [...new FormData(filter)].filter(([, value]) => value.trim());
        const query = new URLSearchParams(values).toString();
        history.replaceState(null, "", location.pathname + (query && "?" + query) + location.hash);
        showRuns();
    }

    function show() {
        showTimes();
        if (filter && !pending) {
            pending = requestAnimationFrame(() => {
                pending = 0;
                showRuns();
            });
        }
    }

    if (filter) {
        const query = new URLSearchParams(location.search);
        filter.text.value = query.get("text") ?? "";
        filter.state.value = query.get("state") ?? "";
        if (filter.state.selectedIndex < 0) {
            filter.state.value = "";
        }
        filter.addEventListener("input", keep);
        filter.addEventListener("reset", () => setTimeout(keep));
        filter.addEventListener("submit", (event) => event.preventDefault());
        document.addEventListener("htmx:sseMessage", show);
    }
    document.addEventListener("htmx:beforeSwap", () => opened = [...document.querySelectorAll("details[open][id]")].map(({ id }) => id));
    document.addEventListener("htmx:afterSwap", () => {
        opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
        show();
    });
    setInterval(showTimes, 15_000);
    show();
})();
