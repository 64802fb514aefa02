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
		assertThat(cards()).not().hasCount(0);
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

	Locator cards() {
		return this.page.locator("article");
	}

	/**
	 * The numbers of cards.
	 */
	Locator counts() {
		return this.page.locator(".counts");
	}

	/**
	 * Push the button of a preset.
	 * @return the cards that this adds, the newest first
	 */
	List<Locator> preset(String title, int runs) {
		return adding(runs, () -> this.page.getByRole(AriaRole.BUTTON, exactly(title)).click());
	}

	/**
	 * Fill in the form and send it.
	 * @return the card of the run
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
		// an old card may make room
		// all at once, since a card that moves could be missed
		List<?> before = (List<?>) cards().evaluateAll("(cards) => cards.map((card) => card.id)");
		String others = before.stream().map((id) -> ":not([id='" + id + "'])").collect(Collectors.joining());
		action.run();
		Locator added = this.page.locator("article" + others);
		assertThat(added).hasCount(count);
		return added.all()
			.stream()
			.map((card) -> card.getAttribute("id"))
			.sorted(Comparator.reverseOrder())
			.map((id) -> this.page.locator("[id='" + id + "']"))
			.toList();
	}

	/**
	 * Find the card that another page shows.
	 */
	Locator same(Locator card) {
		return this.page.locator("[id='" + card.getAttribute("id") + "']");
	}

	static Locator status(Locator card) {
		return card.locator(".state");
	}

	static Locator cancel(Locator card) {
		return card.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel"));
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
