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

import org.springframework.test.annotation.DirtiesContext;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page on small screens, with the keyboard, without scripts and with many runs.
 */
class ReachPageBrowserTests extends SampleBrowserTests {

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
		assertThat(card.locator("[id^='record-']")).isFocused();
	}

	@Test
	void newRunIsScrolledToAndAnnouncedAndTheFocusStays() {
		SamplePage page = open(PHONE);
		Locator run = page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run").setExact(true));
		page.page().getByLabel("Goal").fill("On a phone [never]");
		run.click();
		Locator card = page.page().locator("article", new Page.LocatorOptions().setHasText("On a phone [never]"));
		assertThat(card.locator("iframe")).isInViewport();
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
			assertThat(page.page().locator("article:focus, article :focus")).hasCount(1);
			assertThat(open).isInViewport();
		}
		assertThat(page.page().locator("#news")).hasText("Cancelled: On a phone [never]");
	}

	@Test
	void presetsAreOneRowAndRunsStandBelowTheButton() {
		for (NewContextOptions options : List.of(new NewContextOptions(), PHONE)) {
			Page page = open(options).page();
			Locator presets = page.locator(".presets button");
			double top = presets.first().boundingBox().y;
			assertThat(presets.last().boundingBox().y).isEqualTo(top);
			Locator run = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run").setExact(true));
			assertThat(page.locator("#cards").boundingBox().y).isGreaterThan(run.boundingBox().y);
		}
	}

	@Test
	void withoutScriptsTheFormIsSentAndThePageHasItsCards() {
		SamplePage page = open(new NewContextOptions().setJavaScriptEnabled(false).setViewportSize(390, 844));
		page.submit("No scripts [never]");
		assertThat(page.page().locator("article:target h4")).hasText("No scripts [never]");
		assertThat(page.page().locator("article:target")).isInViewport();
		Locator card = page.page().locator("article", new Page.LocatorOptions().setHasText("No scripts [never]"));
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
		assertThat(page.page().locator("article:target .url")).containsText("shop.example");
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

	/**
	 * Fills the page, on which other tests look for the first run.
	 */
	@Test
	@DirtiesContext
	void sixtyRunsAreReadableAndTheOldestMakesRoom() {
		SamplePage page = open();
		Locator open = page.run("Stays as it is [never]");
		assertThat(open.locator("iframe")).hasCount(1);
		open.evaluate("card => card.querySelector('iframe').title = 'The same'");
		Locator ended = page.page().locator("#ended article");
		Locator waiting = page.page().locator("#waiting article");
		for (int i = page.cards().count(); i < 60; i++) {
			post(page, "runs", FormData.create().set("url", "https://shop.example").set("goal", i + ". [never]"));
		}
		assertThat(page.cards()).hasCount(60);
		assertThat(waiting.first().locator(".time")).hasText(Pattern.compile("^\\s*[0-9.]+ s\\s*$"));
		while (waiting.count() > 20) {
			String id = waiting.last().getAttribute("id").replace("card-", "");
			post(page, "cards/" + id + "/cancel", FormData.create());
			assertThat(page.page().locator("#ended #card-" + id)).hasCount(1);
		}
		assertThat(page.counts()).hasText("2 running 20 waiting 38 ended");
		assertThat(page.page().locator("#ended details.more[open]")).hasCount(4);
		assertThat(ended.nth(4).boundingBox().height).isLessThan(100);
		assertThat(waiting.first().boundingBox().height).isLessThan(100);
		double[] tops = List.of("#running", "#waiting", "#ended")
			.stream()
			.mapToDouble((group) -> page.page().locator(group).boundingBox().y)
			.toArray();
		assertThat(tops).isSorted();
		page.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("38 ended")).click();
		assertThat(ended.first()).isInViewport();
		assertThat(page.barriers()).isEmpty();
		page.page().setViewportSize(390, 844);
		assertThat(page.barriers()).isEmpty();
		assertThat(page.scrollsSideways()).isFalse();
		Locator oldest = page.same(ended.last());
		page.submit("Takes the place of another [never]");
		assertThat(oldest).hasCount(0);
		assertThat(page.cards()).hasCount(60);
		assertThat(open.locator("iframe[title='The same']")).hasCount(1);
	}

	private static void post(SamplePage page, String path, FormData form) {
		assertThat(page.page()
			.request()
			.post(page.page().url().split("#")[0] + "board/" + path,
					RequestOptions.create().setHeader("HX-Request", "true").setForm(form)))
			.isOK();
	}

}
