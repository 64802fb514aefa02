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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the sample in more than one tab or browser, and beside requests from
 * elsewhere.
 */
class ViewersPageBrowserTests extends SampleBrowserTests {

	@Test
	void cardsComeBackWithTheirHistoryAfterAReload() {
		SamplePage page = open();
		Locator row = page.run("Reload in the middle [never]");
		Locator card = page.card(row);
		assertThat(card.locator(".steps li").nth(1)).isVisible();
		page.page().reload();
		assertThat(card.locator(".steps li").nth(1)).isVisible();
		assertThat(SamplePage.status(card)).containsText("Running");
		assertThat(card.locator("iframe")).hasCount(1);
		// the page goes on to follow it
		SamplePage.cancel(row).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
	}

	@Test
	void twoBrowsersSeeTheSameRun() {
		SamplePage one = open();
		SamplePage two = open();
		Locator here = one.run("Seen twice [never]");
		Locator there = two.same(here);
		assertThat(SamplePage.status(there)).containsText("Running");
		assertThat(two.card(there).locator("iframe")).hasCount(1);
		SamplePage.cancel(there).click();
		assertThat(SamplePage.status(here)).containsText("Cancelled");
	}

	@Test
	void manyTabsOfOneBrowserStayUsable() {
		BrowserContext context = context(new NewContextOptions());
		SamplePage last = open(context);
		for (int i = 0; i < 4; i++) {
			last = open(context);
		}
		assertThat(SamplePage.status(last.run("Books in the fifth tab"))).containsText("Completed");
	}

	@Test
	void runThatIsStartedWithCurlIsShown() throws Exception {
		SamplePage page = open();
		int before = page.rows().count();
		HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "products"))
			.timeout(Duration.ofMillis(PATIENCE))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}"))
			.build();
		assertThat(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
			.isEqualTo(200);
		assertThat(page.rows()).hasCount(before + 1);
		Locator card = page.card(page.rows().first());
		assertThat(card.locator("tbody tr")).hasCount(2);
		assertThat(card).containsText("Started by: Not this page");
	}

}
