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
import java.util.List;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.MethodMode;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the sample in a browser: its form, its buttons and its cards.
 */
class PageBrowserTests extends SampleBrowserTests {

	@Test
	// other tests have filled the page, and old cards make room
	@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
	void firstRunIsThereWithoutAClick() {
		SamplePage page = open();
		Locator first = page.rows().last();
		assertThat(SamplePage.status(first)).containsText("Completed");
		assertThat(first).containsText("List the 3 cheapest books");
		assertThat(page.card(first).locator("tbody tr")).hasCount(3);
		assertThat(page.page().locator(".charts figure")).hasCount(2);
	}

	@Test
	void typedProductsAreATableAndJson() {
		SamplePage page = open();
		Locator row = page.preset("Typed products", 1).get(0);
		Locator card = page.card(row);
		assertThat(card).containsText("Started by: Typed products");
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(SamplePage.status(card)).containsText("Goal achieved");
		assertThat(card.locator("tbody tr")).hasCount(3);
		assertThat(card.locator("tbody tr td").first()).not().isEmpty();
		assertThat(card.getByText("Made up", new Locator.GetByTextOptions().setExact(true))).isVisible();
		assertThat(card.locator(".steps li")).hasCount(4);
		card.locator("[id^='json-'] summary").click();
		assertThat(card.locator("[id^='json-'] pre")).containsText("\"inStock\"");
		assertThat(card.locator(".time")).hasText(Pattern.compile("[0-9]+\\.[0-9] s"));
		assertThat(row.locator(".time")).hasText(Pattern.compile("[0-9]+\\.[0-9] s"));
		assertThat(card.getByText("Its request")).isVisible();
		assertThat(card.getByText("The listener: RunLog.java")).isVisible();
	}

	@Test
	void fiveShopsRunTwoAtATime() {
		SamplePage page = open();
		List<Locator> rows = page.preset("Five shops", 5);
		assertThat(SamplePage.status(rows.get(0))).containsText("Waiting");
		rows.forEach((row) -> assertThat(SamplePage.status(row)).containsText("Completed"));
		rows.forEach((row) -> assertThat(page.card(row).locator("tbody tr")).hasCount(2));
		// the first of them did not wait, and the last one did
		assertThat(rows.get(0).locator(".time")).containsText("queued here for");
	}

	@Test
	void missedGoalIsNotShownAsSuccess() {
		SamplePage page = open();
		Locator card = page.card(page.preset("Goal missed", 1).get(0));
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(SamplePage.status(card)).containsText("Goal missed");
		assertThat(card.locator(".reason")).containsText("captcha");
		assertThat(card.locator(".problem")).hasCount(0);
	}

	@Test
	void fieldsThatAreTypedAreTheColumns() {
		SamplePage page = open();
		assertThat(page.page().getByLabel("Fields,")).isHidden();
		page.page().getByLabel("Fields that you type").check();
		page.page().getByLabel("Fields,").fill("title, rating");
		Locator card = page.card(page.run("List the 2 cheapest books"));
		assertThat(card.locator("thead th")).hasText(new String[] { "title", "rating" });
		assertThat(card.locator("tbody tr")).hasCount(2);
		page.page().getByLabel("Jobs", new Page.GetByLabelOptions().setExact(true)).check();
		assertThat(page.card(page.run("Find a job for developers")).locator("tbody tr").first())
			.containsText("Java Developer");
	}

	@Test
	void goalThatIsNotSimulatedIsRefusedOnThePage() {
		SamplePage page = open();
		int before = page.rows().count();
		assertThat(page.page().getByLabel("Goal"))
			.hasAccessibleDescription(Pattern.compile("books, news and jobs.*refused here, and costs nothing"));
		page.submit("Find flights from Oslo to Rome");
		assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("nothing was started");
		assertThat(page.rows()).hasCount(before);
		// the browser reports the response with 400
		assertThat(page.complaints()).allMatch((complaint) -> complaint.contains("400"));
		page.complaints().clear();
	}

	@Test
	void blockedSiteFailsWithACode() {
		SamplePage page = open();
		Locator card = page.card(page.preset("Site blocked", 1).get(0));
		assertThat(SamplePage.status(card)).containsText("Failed");
		assertThat(card.locator(".problem")).containsText("SITE_BLOCKED");
	}

	@Test
	void streamThatIsCutIsRecovered() {
		SamplePage page = open();
		Locator card = page.card(page.preset("Stream cut", 1).get(0));
		assertThat(SamplePage.status(card)).containsText("Stream recovered");
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(card.locator("tbody tr")).hasCount(3);
	}

	@Test
	void deadlineEndsARun() {
		SamplePage page = open();
		Locator card = page.card(page.preset("Deadline", 1).get(0));
		assertThat(SamplePage.status(card)).containsText("Deadline passed");
		assertThat(card.locator(".problem")).containsText("cancel");
		// those of its record
		assertThat(card.locator("footer")).containsText(Pattern.compile("[0-9]+ steps? [0-9.]+ USD"));
	}

	@Test
	void liveViewIsShownWhileTheRunGoesOn() {
		SamplePage page = open();
		Locator row = page.run("Watch this [never]");
		Locator card = page.card(row);
		FrameLocator frame = card.frameLocator("iframe");
		assertThat(frame.locator("body")).containsText("books.toscrape.com");
		assertThat(frame.locator("body")).containsText("Reading the page");
		SamplePage.cancel(row).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
		assertThat(card.locator("iframe")).hasCount(0);
		assertThat(SamplePage.cancel(row)).hasCount(0);
	}

	@Test
	void runInLineIsCancelledBeforeItIsSent() {
		SamplePage page = open();
		Locator one = page.run("First in line [never]");
		Locator two = page.run("Second in line [never]");
		Locator three = page.run("Third in line [never]");
		assertThat(SamplePage.status(two)).containsText("Running");
		assertThat(SamplePage.status(three)).containsText("Waiting");
		assertThat(three.locator(".time")).containsText("queued here for");
		// each of its texts is one line, so that it is as high as the row of any other
		// run
		assertThat(three.boundingBox().height).isEqualTo(two.boundingBox().height);
		assertThat((List<?>) three.locator("a, .meaning, .badge, .time, button").evaluateAll("""
				(texts) => texts.filter((text) => text.scrollWidth > text.clientWidth && text.matches(".time")
						|| text.offsetHeight >= 2 * parseFloat(getComputedStyle(text).lineHeight))
					.map((text) => text.textContent)""")).isEmpty();
		SamplePage.cancel(three).click();
		assertThat(SamplePage.status(three)).containsText("Cancelled");
		assertThat(page.card(three).locator(".problem")).containsText("nothing was sent");
		SamplePage.cancel(one).click();
		SamplePage.cancel(two).click();
		assertThat(SamplePage.status(two)).containsText("Cancelled");
		assertThat(SamplePage.status(one)).containsText("Cancelled");
	}

	@Test
	void textFromOutsideIsEscaped() {
		SamplePage page = open();
		Locator card = page.card(page.run("<img src=x onerror=alert(1)><b>bold</b> {{7*7}} [empty]"));
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(card.locator("h2").first()).hasText("<img src=x onerror=alert(1)><b>bold</b> {{7*7}} [empty]");
		assertThat(page.page().locator("#shown h2 b, #rows b, img:not(.steps img)")).hasCount(0);
	}

	@Test
	void refusedInputIsReportedAtOnce() {
		SamplePage page = open();
		int before = page.rows().count();
		page.page().getByLabel("URL").fill("ftp://books.example");
		page.page().getByLabel("Goal").press("Enter");
		assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("url");
		assertThat(page.rows()).hasCount(before);
		// the browser reports the response with 400
		assertThat(page.complaints()).allMatch((complaint) -> complaint.contains("400"));
		page.complaints().clear();
	}

	/**
	 * Writes the README's picture. The times differ from run to run.
	 */
	@Test
	@EnabledIfSystemProperty(named = "tinyfish.docs.update", matches = "true")
	@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
	void screenshotOfTheReadme() {
		SamplePage page = open(
				new NewContextOptions().setViewportSize(1440, 1000).setReducedMotion(ReducedMotion.REDUCE));
		for (String preset : List.of("Site blocked", "Goal missed", "Headlines", "Stream cut", "Typed products")) {
			assertThat(SamplePage.status(page.preset(preset, 1).get(0)))
				.containsText(Pattern.compile("Completed|Failed"));
		}
		page.preset("Five shops", 5).forEach((row) -> assertThat(SamplePage.status(row)).containsText("Completed"));
		Locator card = page.card(page.row("Typed products").first());
		assertThat(card.locator(".steps img")).hasCount(4);
		assertThat(card.locator(".steps img").last()).not().hasJSProperty("naturalWidth", 0);
		page.page()
			.screenshot(new ScreenshotOptions().setPath(Path.of("../docs/images/sample.png"))
				.setAnimations(ScreenshotAnimations.DISABLED));
	}

}
