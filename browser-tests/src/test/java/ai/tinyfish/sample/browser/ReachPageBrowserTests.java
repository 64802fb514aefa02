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

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.test.annotation.DirtiesContext;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page on small screens, with the keyboard, without scripts and with many runs.
 */
class ReachPageBrowserTests extends SampleBrowserTests {

	private static final Logger logger = LoggerFactory.getLogger(ReachPageBrowserTests.class);

	private static final NewContextOptions PHONE = new NewContextOptions().setViewportSize(390, 844);

	/** That of 1280 pixels at 200 %. */
	private static final NewContextOptions ENLARGED = new NewContextOptions().setViewportSize(640, 450)
		.setDeviceScaleFactor(2);

	@Test
	void everythingIsReachedWithTheKeyboard() {
		SamplePage page = open();
		page.page().keyboard().press("Tab");
		assertThat(page.page().locator(":focus")).hasText("Skip to the runs");
		page.page().keyboard().press("Tab");
		assertThat(page.page().locator(":focus")).hasId("url");
		Locator card = page.run("By keyboard [never]");
		assertThat(SamplePage.status(card)).containsText("Running");
		SamplePage.cancel(card).focus();
		page.page().keyboard().press("Enter");
		assertThat(SamplePage.status(card)).containsText("Cancelled");
		// the link of its row is the next one
		page.page().keyboard().press("Tab");
		assertThat(page.page().locator(":focus")).not().hasCount(0);
	}

	@Test
	void newRunIsScrolledToAndAnnouncedAndTheFocusStays() {
		SamplePage page = open(PHONE);
		Locator run = page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run").setExact(true));
		page.page().getByLabel("Goal").fill("On a phone [never]");
		run.click();
		Locator card = page.row("On a phone [never]");
		assertThat(card).isInViewport();
		assertThat(page.card(card).locator("iframe")).hasCount(1);
		assertThat(page.page().locator("#news")).hasText("Running: On a phone [never]");
		assertThat(run).isFocused();
		// a run in line is left by its Cancel as well
		Locator second = page.run("Second [never]");
		Locator waiting = page.run("In line [never]");
		assertThat(waiting).isInViewport();
		for (Locator open : List.of(waiting, second, card)) {
			SamplePage.cancel(open).focus();
			page.page().keyboard().press("Space");
			assertThat(SamplePage.status(open)).containsText("Cancelled");
			assertThat(page.page().locator("#runs:focus, #runs :focus")).hasCount(1);
			assertThat(open).isInViewport();
		}
		assertThat(page.page().locator("#news")).hasText("Cancelled: On a phone [never]");
	}

	@Test
	void presetsAreWholeOrOneRowOnAPhoneAndRunsStandBelowThem() {
		for (NewContextOptions options : List.of(new NewContextOptions(),
				new NewContextOptions().setViewportSize(1440, 900), PHONE)) {
			Page page = open(options).page();
			Locator presets = page.locator(".presets button");
			Locator list = page.locator(".presets");
			if (options == PHONE) {
				assertThat(presets.last().boundingBox().y).isEqualTo(presets.first().boundingBox().y);
			}
			else {
				assertThat((boolean) list.evaluate("(list) => list.scrollWidth > list.clientWidth")).isFalse();
				assertThat(presets.last()).isInViewport();
			}
			assertThat(page.locator("#board").boundingBox().y).isGreaterThan(presets.last().boundingBox().y);
		}
	}

	@Test
	void withoutScriptsTheFormIsSentAndThePageHasItsCards() {
		SamplePage page = open(new NewContextOptions().setJavaScriptEnabled(false).setViewportSize(390, 844));
		page.submit("No scripts [never]");
		assertThat(page.page().locator("#card h2").first()).hasText("No scripts [never]");
		Locator card = page.row("No scripts [never]");
		Locator again = page.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Load it again"));
		reloaded().until(() -> {
			again.click();
			return SamplePage.status(card).textContent().contains("Running");
		});
		SamplePage.cancel(card).click();
		reloaded().until(() -> {
			again.click();
			return SamplePage.status(card).textContent().contains("Cancelled");
		});
		page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Five shops")).click();
		assertThat(page.page().locator("#card .url")).containsText("shop.example");
	}

	private static ConditionFactory reloaded() {
		// in the thread of the browser
		return await().pollInSameThread().atMost(Duration.ofMillis(PATIENCE));
	}

	@Test
	void thereAreNoBarriers() {
		BrowserContext blocked = context(new NewContextOptions());
		blocked.route("**/*.js", (route) -> route.abort());
		SamplePage page = open(new NewContextOptions());
		Locator open = page.run("Open while axe looks [never]");
		for (String preset : List.of("Goal missed", "Site blocked", "Stream cut")) {
			assertThat(SamplePage.status(page.preset(preset, 1).get(0)))
				.containsText(Pattern.compile("Completed|Failed"));
		}
		SamplePage waiting = open(new NewContextOptions());
		Locator second = waiting.run("Second [never]");
		Locator third = waiting.run("In line while axe looks [never]");
		SamplePage withoutScripts = open(blocked);
		for (SamplePage seen : List.of(page, withoutScripts, open(PHONE), open(ENLARGED),
				open(new NewContextOptions().setColorScheme(ColorScheme.DARK)))) {
			assertThat(seen.barriers()).isEmpty();
			assertThat(seen.scrollsSideways()).isFalse();
		}
		withoutScripts.complaints().removeIf((complaint) -> complaint.contains("net::ERR_FAILED"));
		for (Locator run : List.of(third, second)) {
			SamplePage.cancel(run).click();
			assertThat(SamplePage.status(run)).containsText("Cancelled");
		}
		SamplePage.cancel(open).click();
		assertThat(SamplePage.status(open)).containsText("Cancelled");
	}

	@Test
	void darkModeIsDark() {
		String light = ground(ColorScheme.LIGHT);
		assertThat(ground(ColorScheme.DARK)).isNotEqualTo(light);
	}

	private String ground(ColorScheme scheme) {
		return (String) open(new NewContextOptions().setColorScheme(scheme)).page()
			.evaluate("getComputedStyle(document.body).backgroundColor");
	}

	@Test
	void tableInACardScrollsOnANarrowScreenAndItsCardDoesNot() {
		SamplePage page = open(new NewContextOptions().setViewportSize(320, 844));
		page.page().getByLabel("Fields that you type").check();
		page.page().getByLabel("Fields,").fill("title, price, currency, rating, availability, publisher");
		Locator card = page.card(page.run("List the 2 cheapest books"));
		// it is loaded once more with its record
		assertThat(card.locator(".steps img")).hasCount(4);
		Locator table = card.getByLabel("Result as a table");
		assertThat(isCut(table)).isTrue();
		assertThat(isCut(card)).isFalse();
		for (Locator part : card.locator(".panel, .result").all()) {
			assertThat(isCut(part)).isFalse();
		}
		assertThat(page.scrollsSideways()).isFalse();
		table.focus();
		page.page().keyboard().press("ArrowRight");
		page.page().waitForCondition(() -> ((Number) table.evaluate("(table) => table.scrollLeft")).doubleValue() > 0);
		assertThat(page.barriers()).isEmpty();
	}

	private static boolean isCut(Locator part) {
		return (boolean) part.evaluate("(part) => part.scrollWidth > part.clientWidth");
	}

	/**
	 * Buttons, table, card and its code are on one screen, and stay where they are.
	 */
	@Test
	void buttonsStayInViewAndThePageDoesNotJump() {
		for (int[] size : List.of(new int[] { 1440, 900 }, new int[] { 1920, 1080 })) {
			SamplePage page = open(new NewContextOptions().setViewportSize(size[0], size[1]));
			Locator run = page.page()
				.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run").setExact(true));
			double top = run.boundingBox().y;
			assertThat(page.page().locator("h1").boundingBox().x)
				.isEqualTo(page.page().locator(".ask").boundingBox().x);
			Locator card = page.card(page.preset("Typed products", 1).get(0));
			assertThat(SamplePage.status(card)).containsText("Completed");
			assertThat(card.locator(".steps img")).hasCount(4);
			assertThat(run.boundingBox().y).isEqualTo(top);
			page.page().mouse().move(size[0] / 4.0, size[1] - 100);
			page.page().mouse().wheel(0, 5000);
			for (String part : List.of(".presets", "#board .head", "#card h2")) {
				assertThat(page.page().locator(part).first()).isInViewport();
			}
			assertThat(((Number) page.page().evaluate("scrollY")).doubleValue()).isZero();
			Locator code = card.getByLabel("This run as Java", new Locator.GetByLabelOptions().setExact(true));
			code.scrollIntoViewIfNeeded();
			assertThat(code).isInViewport();
			assertThat(run).isInViewport();
		}
	}

	/**
	 * Fills the page, on which other tests look for the first run.
	 */
	@Test
	@DirtiesContext
	void fiveHundredRunsScrollAndUpdateWithoutALongTask() {
		SamplePage page = open(new NewContextOptions().setViewportSize(1440, 900));
		Locator open = page.run("Stays as it is [never]");
		Locator card = page.card(open);
		assertThat(card.locator("iframe")).hasCount(1);
		page.page().evaluate("""
				() => {
					window.tasks = [];
					new PerformanceObserver((list) => list.getEntries().forEach((task) => tasks.push(task.duration)))
						.observe({ type: "longtask" });
				}""");
		for (int i = page.rows().count(); i < 500; i++) {
			post(page, "runs", FormData.create().set("url", "https://shop.example").set("goal", i + " [steps:20]"));
		}
		assertThat(page.rows()).hasCount(500);
		Locator table = page.page().locator(".table");
		for (int i = 0; i < 40; i++) {
			table.evaluate("(table, top) => table.scrollTo(0, top)", 600 * i);
			table.evaluate("() => new Promise(requestAnimationFrame)");
		}
		// locators by name or label would look at all rows themselves
		page.page().locator("#text").fill("19 ");
		assertThat(page.page().locator("#filtered")).hasText(Pattern.compile("[0-9]+ of 500 runs"));
		page.page().locator("#filter [type=reset]").click();
		assertThat(page.page().locator("#filtered")).isEmpty();
		List<?> tasks = (List<?>) page.page().evaluate("tasks");
		logger.info("Tasks of more than 50 ms with 500 runs: {}", tasks);
		assertThat(tasks).allSatisfy((task) -> assertThat(((Number) task).doubleValue()).isLessThan(200));
		assertThat(page.barriers()).isEmpty();
		page.page().setViewportSize(320, 844);
		assertThat(page.barriers()).isEmpty();
		assertThat(page.scrollsSideways()).isFalse();
		page.submit("Takes the place of another book [never]");
		assertThat(page.row("Takes the place of another")).hasCount(1);
		assertThat(page.rows()).hasCount(500);
		assertThat(open).hasCount(1);
	}

	private void post(SamplePage page, String path, FormData form) {
		assertThat(page.page()
			.request()
			.post(url() + "board/" + path, RequestOptions.create().setHeader("HX-Request", "true").setForm(form)))
			.isOK();
	}

}
