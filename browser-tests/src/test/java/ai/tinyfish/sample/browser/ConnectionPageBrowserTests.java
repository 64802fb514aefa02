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

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.simulator.TinyFishSimulator;
import com.google.gson.JsonObject;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page while its server is killed, stopped or out of reach.
 */
class ConnectionPageBrowserTests {

	private static final int PATIENCE = 60_000;

	/** Less than the silence after which the page would notice it by itself. */
	private static final ContainsTextOptions AT_ONCE = new ContainsTextOptions().setTimeout(8_000);

	private static final String LOST = "Connection lost, trying again";

	private static final String SIMULATED = "--tinyfish.simulator.enabled=true";

	@AutoClose
	private static Chromium chromium;

	@TempDir
	private Path logs;

	private SampleServer server;

	private BrowserContext context;

	private SamplePage page;

	@BeforeAll
	static void launch() {
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
		chromium = new Chromium();
	}

	@AfterEach
	void close() {
		this.server.kill();
		this.context.close();
		// messages of the browser itself about the network, and nothing else
		assertThat(this.page.complaints()).allMatch(
				(complaint) -> complaint.matches("error: Failed to load resource: net::ERR_\\w+|net::ERR_\\w+: \\S+"));
	}

	@Test
	void cardsOfAKilledServerStayAndSayThatTheirRunsAreGone() throws Exception {
		open(new NewContextOptions().setColorScheme(ColorScheme.LIGHT));
		Locator first = this.page.same(this.page.rows().first());
		assertThat(SamplePage.status(first)).containsText("Completed");
		Locator card = this.page.run("Watch this [never]");
		Locator shown = this.page.card(card);
		assertThat(shown.locator("iframe")).hasCount(1);
		this.server.kill();
		assertThat(this.page.connection()).containsText(LOST, AT_ONCE);
		assertThat(afterClock(card)).contains("stopped");
		String clock = card.locator(".time").textContent();
		Locator run = button("Run");
		assertThat(run).isDisabled();
		assertThat(run).hasAccessibleDescription(this.page.connection().textContent());
		this.page.page().getByLabel("Goal").fill("Books not sent so far");
		this.page.page().getByLabel("Goal").press("Enter");
		assertThat(this.page.page().locator("form button + [role=alert]")).containsText("Not sent");
		// the button is at the edge of the window, where a forced click may miss it
		SamplePage.cancel(card).press("Enter");
		assertThat(card.locator("button + [role=alert]")).containsText("Not sent");
		assertThat(this.page.page().locator(".unsent")).hasCount(1);
		assertThat(button("Show all")).isEnabled();
		assertThatCopyWorks(shown);
		assertThat(this.page.barriers()).isEmpty();
		this.page.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
		assertThat(this.page.barriers()).isEmpty();
		this.page.page().setViewportSize(390, 844);
		assertThat(this.page.scrollsSideways()).isFalse();
		for (int i = 0; i < 2; i++) {
			long before = System.nanoTime();
			this.page.page().waitForRequest("**/board/events", () -> {
			});
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
		}
		assertThat(card.locator(".time")).hasText(clock);
		this.server.start(SIMULATED);
		assertThat(SamplePage.status(card)).hasText("Gone");
		assertThat(this.page.connection()).hasText("Connected again");
		assertThat(card.locator(".problem")).containsText("does not know this run any more");
		assertThat(card.locator("button, a")).hasCount(0);
		assertThat(shown.locator("iframe, footer, .steps a")).hasCount(0);
		assertThat(SamplePage.status(shown)).containsText("Gone");
		assertThat(first.locator("a")).hasCount(0);
		assertThat(this.page.rows()).hasCount(3);
		assertThat(this.page.page().getByLabel("Goal")).hasValue("Books not sent so far");
		assertThat(run).isEnabled();
		this.page.page().getByLabel("Goal").press("Enter");
		Locator sent = this.page.row("Books not sent so far");
		assertThat(SamplePage.status(sent)).containsText("Completed");
		assertThat(this.page.rows()).hasCount(4);
		assertThat(this.page.barriers()).isEmpty();
	}

	@Test
	void liveRunIsReadBackAfterARestartAndSimulatedRunsAreAnotherPage() throws Exception {
		try (TinyFishSimulator service = TinyFishSimulator.builder().start()) {
			String[] live = { "--tinyfish.base-url=" + service.baseUrl(), "--tinyfish.api-key=" + service.apiKey() };
			this.server = new SampleServer(this.logs);
			this.server.start(live);
			this.context = chromium.browser().newContext();
			APIResponse started = this.context.request()
				.post(this.server.url() + "runs",
						RequestOptions.create()
							.setHeader("Content-Type", "application/json")
							.setData("{\"url\": \"https://shop.example\", \"goal\": \"Watch this [never]\"}"));
			assertThat(started).isOK();
			open(this.context);
			Locator card = this.page.rows().first();
			assertThat(SamplePage.status(card)).containsText("Running");
			assertThat(this.page.page().getByText("Live: each run is billed")).isVisible();
			this.server.kill();
			this.server.start(live);
			assertThat(card).containsText("Before the restart");
			assertThat(this.page.rows()).hasCount(1);
			assertThat(SamplePage.status(card)).hasText("Running");
			assertThat(card).containsText("Watch this [never]");
			assertThat(this.page.barriers()).isEmpty();
			SamplePage.cancel(card).click();
			assertThat(SamplePage.status(card)).hasText("Cancelled");
			assertThat(this.page.connection()).hasText("Connected again");
			this.server.kill();
			this.server.start(SIMULATED);
			assertThat(this.page.page().getByText("Simulated: no key, no cost")).isVisible();
			// live views of the real service have HTTPS
			this.page.complaints().removeIf((complaint) -> complaint.contains("\"frame-src https:\""));
		}
	}

	@Test
	void serverThatDoesNotAnswerIsNoticedAndThePageGoesOnWithIt() throws Exception {
		open(new NewContextOptions());
		Locator card = this.page.run("Watch this [never]");
		assertThat(SamplePage.status(card)).containsText("Running");
		this.server.signal("STOP");
		this.page.submit("Into the silence of books");
		assertThat(this.page.connection()).containsText(LOST);
		assertThat(this.page.page().locator("form button + [role=alert]")).containsText("may have been received");
		assertThat(this.page.page().getByLabel("Goal")).hasValue("Into the silence of books");
		this.server.signal("CONT");
		assertThat(this.page.connection()).hasText("Connected again");
		assertThat(SamplePage.status(card)).hasText("Running");
		SamplePage.cancel(card).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
	}

	@Test
	void pageGoesOnAfterItWasOffline() throws Exception {
		open(new NewContextOptions());
		Locator card = this.page.run("Watch this [never]");
		assertThat(SamplePage.status(card)).containsText("Running");
		SamplePage.cancel(card).focus();
		this.context.setOffline(true);
		assertThat(this.page.connection()).containsText(LOST, AT_ONCE);
		this.page.page().keyboard().press("Enter");
		assertThat(card.locator("button + [role=alert]")).containsText("Not sent");
		this.context.setOffline(false);
		assertThat(this.page.connection()).hasText("Connected again");
		assertThat(SamplePage.cancel(card)).isFocused();
		this.page.page().keyboard().press("Enter");
		assertThat(SamplePage.status(card)).containsText("Cancelled");
		slowNetwork();
		this.page.page().reload();
		this.page.submit("Books over a slow network");
		Locator slow = this.page.row("Books over a slow network");
		assertThat(SamplePage.status(slow)).containsText("Completed");
		assertThat(this.page.connection()).isEmpty();
	}

	private void slowNetwork() {
		JsonObject conditions = new JsonObject();
		conditions.addProperty("offline", false);
		conditions.addProperty("latency", 1000);
		conditions.addProperty("downloadThroughput", 30_000);
		conditions.addProperty("uploadThroughput", 30_000);
		CDPSession session = this.context.newCDPSession(this.page.page());
		session.send("Network.enable");
		session.send("Network.emulateNetworkConditions", conditions);
	}

	private void assertThatCopyWorks(Locator card) {
		this.context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
		Locator copy = card.locator(".copied:has(pre[aria-label='RunLog.java']) .copy");
		assertThat(copy).isEnabled();
		assertThat(copy).hasAccessibleName("Copy RunLog.java");
		assertThat(copy).hasAccessibleDescription("");
		copy.click();
		assertThat(copy).containsText("Copied");
		assertThat((String) this.page.page().evaluate("navigator.clipboard.readText()")).startsWith("@Component");
	}

	private static String afterClock(Locator card) {
		return (String) card.locator(".time").evaluate("(time) => getComputedStyle(time, '::after').content");
	}

	private Locator button(String name) {
		return this.page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
	}

	private void open(NewContextOptions options) throws Exception {
		this.server = new SampleServer(this.logs);
		this.server.start(SIMULATED);
		open(chromium.browser().newContext(options));
	}

	private void open(BrowserContext context) {
		this.context = context;
		context.setDefaultTimeout(PATIENCE);
		this.page = new SamplePage(context, this.server.url());
	}

}
