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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import ai.tinyfish.sample.SampleApplication;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run in the browser after its end: the pictures on its card, and its page.
 */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "tinyfish.simulator.enabled=true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunPageBrowserTests {

	private static final Logger logger = LoggerFactory.getLogger(RunPageBrowserTests.class);

	private static final int PATIENCE = 30_000;

	private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

	@AutoClose
	private static Chromium chromium;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void launch() {
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
		chromium = new Chromium();
	}

	@Test
	@Order(1)
	void firstRunHasItsPicturesSoon() {
		try (BrowserContext context = chromium.browser().newContext()) {
			Page page = context.newPage();
			page.navigate(url("/"));
			long served = System.nanoTime();
			Locator card = page.locator("#card");
			Locator pictures = card.locator(".steps img");
			assertThat(pictures).hasCount(4);
			assertThat(pictures.first()).not().hasJSProperty("naturalWidth", 0);
			// 5 s are the goal on a machine at rest
			logger.info("The first run has its pictures {} ms after the page",
					(System.nanoTime() - served) / 1_000_000);
			assertThat(SamplePage.status(card)).containsText("Completed");
			assertThat(card.locator(".steps .since")).hasCount(4);
			assertThat(pictures.nth(1)).hasAttribute("alt", "Picture of step 2: Reading the page");
			// they are still there after a reload, and lead to the step
			page.reload();
			assertThat(pictures).hasCount(4);
			pictures.nth(1).click();
			assertThat(page.locator("li:target")).containsText("Reading the page");
			assertThat(page.locator("li:target img")).not().hasJSProperty("naturalWidth", 0);
		}
	}

	@Test
	void pageOfARunNeedsNoScriptAndHasNoBarrier() {
		String run = record();
		NewContextOptions narrow = new NewContextOptions().setViewportSize(390, 844);
		NewContextOptions dark = new NewContextOptions().setColorScheme(ColorScheme.DARK);
		// at 200 %, a window of 1280 pixels has 640
		NewContextOptions zoomed = new NewContextOptions().setViewportSize(640, 450).setDeviceScaleFactor(2);
		for (NewContextOptions options : List.of(new NewContextOptions(), dark, narrow, zoomed)) {
			try (BrowserContext context = chromium.browser().newContext(options)) {
				context.route("**/*.js", (route) -> route.fulfill(new Route.FulfillOptions().setBody("")));
				Page page = context.newPage();
				List<String> complaints = new CopyOnWriteArrayList<>();
				page.onConsoleMessage((message) -> complaints.add(message.text()));
				for (String address : List.of(run, url("/runs/no-such"))) {
					page.navigate(address);
					page.locator("summary").all().forEach(Locator::click);
					assertThat(new AxeBuilder(page).withTags(WCAG).analyze().getViolations()).isEmpty();
					assertThat((boolean) page
						.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
						.isFalse();
				}
				assertThat(page.locator("h1")).hasText("There is no such run");
				// the browser reports the 404
				assertThat(complaints).allMatch((complaint) -> complaint.contains("404"));
			}
		}
	}

	@Test
	void codeIsWholeAndCopiedAndTheResultStandsAboveTheTimeline() {
		String run = record();
		for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
			try (BrowserContext context = chromium.browser()
				.newContext(new NewContextOptions().setViewportSize(390, 844).setColorScheme(scheme))) {
				context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
				Page page = context.newPage();
				List<String> complaints = new CopyOnWriteArrayList<>();
				page.onConsoleMessage((message) -> complaints.add(message.text()));
				page.navigate(run);
				assertThat(page.locator("time")).hasText(Pattern.compile("[0-9-]+ [0-9:]+ \\((just now|.+ ago)\\)"));
				page.locator("summary").all().forEach(Locator::click);
				for (String code : List.of("Request as Java", "Request as curl", "Result as JSON")) {
					Locator block = page.getByLabel(code, new Page.GetByLabelOptions().setExact(true));
					Locator copy = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy " + code));
					copy.click();
					assertThat(page.locator("body > .unseen[role=status]")).hasText("Copied");
					assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(block.textContent());
					assertThat(block.locator(".string").count() > 0).isEqualTo(code.startsWith("Request"));
					assertThat((boolean) block.evaluate("(pre) => pre.scrollWidth > pre.clientWidth")).isFalse();
				}
				assertThat(page.getByLabel("Request as Java", new Page.GetByLabelOptions().setExact(true)))
					.containsText("public class Example {");
				assertThat(new AxeBuilder(page).withTags(WCAG).analyze().getViolations()).isEmpty();
				assertThat(page.locator("#result-title").boundingBox().y)
					.isLessThan(page.locator("#timeline-title").boundingBox().y);
				assertThat(complaints).isEmpty();
			}
		}
	}

	@Test
	void runIsStartedAgainAndDownloadedWithoutScripts() {
		String run = record();
		try (BrowserContext context = chromium.browser()
			.newContext(new NewContextOptions().setJavaScriptEnabled(false))) {
			Page page = context.newPage();
			page.navigate(run);
			assertThat(page.locator("main")).containsText("The result matches the output schema");
			assertThat(page.locator("tbody tr")).hasCount(3);
			Download download = page.waitForDownload(() -> page.getByText("Download as CSV").click());
			assertThat(download.suggestedFilename()).matches("run-.+\\.csv");
			page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run again")).click();
			page.waitForURL("**/?run=page-*");
		}
		try (BrowserContext context = chromium.browser().newContext()) {
			Page page = context.newPage();
			page.navigate(url("/"));
			assertThat(page.locator("#rows > .row")).hasCount(2);
			assertThat(page.locator("#card")).containsText("Started by: Run again");
		}
	}

	/**
	 * Return the address of the page of the first run, which the link of its card has.
	 */
	private String record() {
		try (BrowserContext context = chromium.browser().newContext()) {
			Page page = context.newPage();
			page.navigate(url("/"));
			Locator link = page.getByText("Run details").last();
			return (String) link.evaluate("(link) => link.href");
		}
	}

	private String url(String path) {
		return "http://localhost:" + this.port + path;
	}

}
