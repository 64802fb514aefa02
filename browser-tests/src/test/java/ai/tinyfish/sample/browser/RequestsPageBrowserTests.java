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

import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests of the page that have no response yet, are sent again, or are refused.
 */
class RequestsPageBrowserTests extends SampleBrowserTests {

	@Test
	void clickBeforeTheResponseSaysSoAndIsSentWithItsValues() {
		SamplePage page = open();
		List<Route> held = hold(page, "**/board/runs");
		for (String goal : List.of("First book", "Second book", "Third book")) {
			page.page().getByLabel("Goal").fill(goal);
			page.page().getByLabel("Goal").press("Enter");
		}
		page.page().waitForCondition(() -> held.size() == 1);
		Locator waiting = page.page().locator("form button + [role=status]");
		assertThat(waiting).hasText("The request before has no response yet. Waiting to be sent: 2");
		assertThat(page.barriers()).isEmpty();
		// the present values of the form are neither sent nor checked
		page.page().getByLabel("Goal").fill("");
		held.get(0).fulfill(new Route.FulfillOptions().setStatus(400).setBody("The first one is refused"));
		page.page().waitForCondition(() -> held.size() == 2);
		assertThat(waiting).hasText("The request before has no response yet. Waiting to be sent: 1");
		held.get(1).resume();
		page.page().waitForCondition(() -> held.size() == 3);
		assertThat(waiting).hasCount(0);
		held.get(2).resume();
		for (String goal : List.of("Second book", "Third book")) {
			assertThat(page.row(goal)).hasCount(1);
		}
		assertThat(page.row("First book")).hasCount(0);
		assertThat(page.page().locator("#message")).hasText("The first one is refused");
		assertThat(page.complaints()).allMatch((complaint) -> complaint.contains("400"));
		page.complaints().clear();
	}

	@Test
	void sameRequestIsSentAgainUnlessItIsTheSecondClickOfADoubleClick() {
		SamplePage page = open();
		List<Route> held = hold(page, "**/board/presets/*");
		Locator button = page.page()
			.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Typed products").setExact(true));
		Locator cards = page.row("3 cheapest");
		int before = cards.count();
		page.page().clock().setFixedTime(0);
		button.click();
		page.page().clock().setFixedTime(999);
		button.click();
		assertThat(page.page().locator(".presets + [role=alert]"))
			.hasText("The second click of a double click is not sent.");
		page.page().clock().setFixedTime(1001);
		button.click();
		page.page().clock().setFixedTime(2002);
		button.click();
		assertThat(page.page().locator(".presets + [role=alert]")).hasCount(0);
		assertThat(page.page().locator(".presets + [role=status]")).containsText("Waiting to be sent: 2");
		for (int i = 0; i < 3; i++) {
			int sent = i + 1;
			page.page().waitForCondition(() -> held.size() == sent);
			held.get(i).resume();
		}
		assertThat(cards).hasCount(before + 3);
	}

	/** Hold the requests to a URL, for longer than the page waits for a response. */
	private static List<Route> hold(SamplePage page, String url) {
		List<Route> held = new ArrayList<>();
		page.page().evaluate("document.querySelector('main').removeAttribute('hx-request')");
		page.page().route(url, held::add);
		return held;
	}

	@Test
	void refusalIsEscapedAndGoesWithTheNextRun() {
		SamplePage page = open();
		Locator alert = page.page().getByRole(AriaRole.ALERT);
		Locator card = page.run("To be cancelled [never]");
		String text = "<b>bold</b> <a hx-get='/' hx-trigger='load'>url</a>";
		page.page()
			.route("**/board/{runs,presets/*,cards/*/cancel}",
					(route) -> route.fulfill(new Route.FulfillOptions().setStatus(400).setBody(text)));
		List<Runnable> refused = List.of(() -> page.page().getByLabel("Goal").press("Enter"),
				() -> page.page()
					.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Typed products"))
					.click(),
				() -> SamplePage.cancel(card).click());
		for (Runnable action : refused) {
			page.page().evaluate("document.getElementById('message').textContent = ''");
			action.run();
			assertThat(alert).hasText(text);
			assertThat(alert.locator("*")).hasCount(0);
		}
		page.page().unrouteAll();
		assertThat(page.complaints()).allMatch((complaint) -> complaint.contains("400"));
		page.complaints().clear();
		SamplePage.cancel(card).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
		assertThat(alert).isEmpty();
	}

}
