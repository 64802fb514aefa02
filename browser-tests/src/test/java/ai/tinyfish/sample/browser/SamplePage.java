/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.sample.browser;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import com.deque.html.axecore.args.AxeRuleOptions;
import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a tab of a browser, with the complaints of the browser.
 */
final class SamplePage {

	private final Page page;

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	SamplePage(BrowserContext context, String url) {
		this.page = context.newPage();
		this.page.onConsoleMessage((message) -> {
			if (!List.of("log", "info", "debug").contains(message.type())) {
				this.complaints.add(message.type() + ": " + message.text());
			}
		});
		this.page.onPageError((error) -> this.complaints.add("error: " + error));
		// a live view that goes with its run, and streams that end with the page, are cut
		// short
		this.page.onRequestFailed((request) -> {
			if (!"net::ERR_ABORTED".equals(request.failure())) {
				this.complaints.add(request.failure() + ": " + request.url());
			}
		});
		this.page.navigate(url);
		assertThat(rows()).not().hasCount(0);
	}

	Page page() {
		return this.page;
	}

	List<String> complaints() {
		return this.complaints;
	}

	/**
	 * The element that says whether the page is connected.
	 */
	Locator connection() {
		return this.page.locator("#connection");
	}

	/**
	 * The rows of the runs, the newest first.
	 */
	Locator rows() {
		return this.page.locator("#rows > .row");
	}

	/**
	 * Find the row of a run by its goal.
	 */
	Locator row(String goal) {
		return this.page.locator("#rows > .row", new Page.LocatorOptions().setHasText(goal));
	}

	/**
	 * Select a run.
	 * @return its card
	 */
	Locator card(Locator row) {
		Locator link = row.locator("a").first();
		Locator card = this.page.locator("#card[data-id='" + row.getAttribute("id").replaceFirst("run-", "") + "']");
		if (card.count() == 0) {
			link.click();
		}
		assertThat(card).isVisible();
		return card;
	}

	/**
	 * Push the button of a preset.
	 * @return the rows that this adds, the newest first
	 */
	List<Locator> preset(String title, int runs) {
		return adding(runs, () -> this.page.getByRole(AriaRole.BUTTON, exactly(title)).click());
	}

	/**
	 * Fill in the form and send it.
	 * @return the row of the run
	 */
	Locator run(String goal) {
		return adding(1, () -> submit(goal)).get(0);
	}

	void submit(String goal) {
		// one request after the other
		assertThat(this.page.locator("form.htmx-request")).hasCount(0);
		this.page.getByLabel("Goal").fill(goal);
		this.page.getByLabel("Goal").press("Enter");
	}

	private List<Locator> adding(int count, Runnable action) {
		// an old row may make room
		List<?> before = (List<?>) rows().evaluateAll("(rows) => rows.map((row) => row.id)");
		String others = before.stream().map((id) -> ":not([id='" + id + "'])").collect(Collectors.joining());
		action.run();
		Locator added = this.page.locator("#rows > .row" + others);
		assertThat(added).hasCount(count);
		return added.all()
			.stream()
			.map((row) -> row.getAttribute("id"))
			.sorted(Comparator.reverseOrder())
			.map((id) -> this.page.locator("[id='" + id + "']"))
			.toList();
	}

	/**
	 * Find the row that another page shows.
	 */
	Locator same(Locator row) {
		return this.page.locator("[id='" + row.getAttribute("id") + "']");
	}

	static Locator status(Locator row) {
		return row.locator(".state");
	}

	static Locator cancel(Locator row) {
		return row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel"));
	}

	/**
	 * Return what axe finds that is serious, or against WCAG 2.2 A or AA.
	 */
	List<String> barriers() {
		AxeRuleOptions enabled = new AxeRuleOptions();
		enabled.setEnabled(true);
		AxeRunOptions options = new AxeRunOptions();
		options.setRules(Map.of("target-size", enabled));
		return new AxeBuilder(this.page).options(options)
			.analyze()
			.getViolations()
			.stream()
			.filter((rule) -> List.of("serious", "critical").contains(rule.getImpact())
					|| rule.getTags().stream().anyMatch((tag) -> tag.startsWith("wcag")))
			.map(SamplePage::describe)
			.toList();
	}

	private static String describe(Rule rule) {
		return rule.getId() + ": " + rule.getHelp() + " "
				+ rule.getNodes().stream().map((node) -> node.getHtml()).toList();
	}

	boolean scrollsSideways() {
		return (boolean) this.page
			.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
	}

	private static Page.GetByRoleOptions exactly(String name) {
		return new Page.GetByRoleOptions().setName(name).setExact(true);
	}

	void assertNoComplaints() {
		assertThat(this.complaints).isEmpty();
	}

}
