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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route;
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
 * The page of the sample in a browser.
 */
class PageBrowserTests extends SampleBrowserTests {

	@Test
	// other tests have filled the page, and old cards make room
	@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
	void firstRunIsThereWithoutAClick() {
		Locator first = open().cards().last();
		assertThat(SamplePage.status(first)).containsText("Completed");
		assertThat(first).containsText("List the 3 cheapest books");
		assertThat(first.locator("tbody tr")).hasCount(3);
	}

	@Test
	void typedProductsAreATableAndJson() {
		Locator card = open().preset("Typed products", 1).get(0);
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(SamplePage.status(card)).containsText("Goal achieved");
		assertThat(card.locator("tbody tr")).hasCount(3);
		assertThat(card.locator("tbody tr td").first()).not().isEmpty();
		assertThat(card.getByText("Made up", new Locator.GetByTextOptions().setExact(true))).isVisible();
		assertThat(card.locator(".steps li")).hasCount(4);
		card.locator("[id^='json-'] summary").click();
		assertThat(card.locator("[id^='json-'] pre")).containsText("\"inStock\"");
		assertThat(card.locator(".time")).hasText(Pattern.compile("[0-9]+\\.[0-9] s"));
	}

	@Test
	void fiveShopsRunTwoAtATime() {
		List<Locator> cards = open().preset("Five shops", 5);
		assertThat(SamplePage.status(cards.get(0))).containsText("Waiting");
		cards.forEach((card) -> assertThat(SamplePage.status(card)).containsText("Completed"));
		cards.forEach((card) -> assertThat(card.locator("tbody tr")).hasCount(2));
	}

	@Test
	void missedGoalIsNotShownAsSuccess() {
		Locator card = open().preset("Goal missed", 1).get(0);
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
		Locator card = page.run("List the 2 cheapest books");
		assertThat(card.locator("thead th")).hasText(new String[] { "title", "rating" });
		assertThat(card.locator("tbody tr")).hasCount(2);
		page.page().getByLabel("A summary").check();
		assertThat(page.run("Describe the cheapest book").locator("tbody tr")).containsText("Winters of Moss");
	}

	@Test
	void goalThatTheShopCannotAnswerIsNotShownAsSuccess() {
		Locator card = open().run("Find flights from Oslo to Rome");
		assertThat(SamplePage.status(card)).containsText("Failed");
		assertThat(card.locator(".problem")).containsText("The simulator only knows books");
	}

	@Test
	void blockedSiteFailsWithACode() {
		Locator card = open().preset("Site blocked", 1).get(0);
		assertThat(SamplePage.status(card)).containsText("Failed");
		assertThat(card.locator(".problem")).containsText("SITE_BLOCKED");
	}

	@Test
	void streamThatIsCutIsRecovered() {
		Locator card = open().preset("Stream cut", 1).get(0);
		assertThat(SamplePage.status(card)).containsText("Stream recovered");
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(card.locator("tbody tr")).hasCount(3);
	}

	@Test
	void deadlineEndsARun() {
		Locator card = open().preset("Deadline", 1).get(0);
		assertThat(SamplePage.status(card)).containsText("Deadline passed");
		assertThat(card.locator(".problem")).containsText("cancel");
	}

	@Test
	void liveViewIsShownWhileTheRunGoesOn() {
		Locator card = open().run("Watch this [never]");
		FrameLocator frame = card.frameLocator("iframe");
		assertThat(frame.locator("body")).containsText("books.toscrape.com");
		assertThat(frame.locator("body")).containsText("Reading the page");
		SamplePage.cancel(card).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
		assertThat(card.locator("iframe")).hasCount(0);
		assertThat(SamplePage.cancel(card)).hasCount(0);
	}

	@Test
	void runInLineIsCancelledBeforeItIsSent() {
		SamplePage page = open();
		Locator one = page.run("First in line [never]");
		Locator two = page.run("Second in line [never]");
		Locator three = page.run("Third in line [never]");
		assertThat(SamplePage.status(two)).containsText("Running");
		assertThat(SamplePage.status(three)).containsText("Waiting");
		SamplePage.cancel(three).click();
		assertThat(SamplePage.status(three)).containsText("Cancelled");
		assertThat(three.locator(".problem")).containsText("nothing was sent");
		SamplePage.cancel(one).click();
		SamplePage.cancel(two).click();
		assertThat(SamplePage.status(two)).containsText("Cancelled");
		assertThat(SamplePage.status(one)).containsText("Cancelled");
	}

	@Test
	void cardsComeBackWithTheirHistoryAfterAReload() {
		SamplePage page = open();
		Locator card = page.run("Reload in the middle [never]");
		assertThat(card.locator(".steps li").nth(1)).isVisible();
		page.page().reload();
		assertThat(card.locator(".steps li").nth(1)).isVisible();
		assertThat(SamplePage.status(card)).containsText("Running");
		assertThat(card.locator("iframe")).hasCount(1);
		// and what happens from here on is seen as well
		SamplePage.cancel(card).click();
		assertThat(SamplePage.status(card)).containsText("Cancelled");
	}

	@Test
	void twoBrowsersSeeTheSameRun() {
		SamplePage one = open();
		SamplePage two = open();
		Locator here = one.run("Seen twice [never]");
		Locator there = two.same(here);
		assertThat(SamplePage.status(there)).containsText("Running");
		assertThat(there.locator("iframe")).hasCount(1);
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
		int before = page.cards().count();
		HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "products"))
			.timeout(Duration.ofMillis(PATIENCE))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}"))
			.build();
		assertThat(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
			.isEqualTo(200);
		assertThat(page.cards()).hasCount(before + 1);
		assertThat(page.page().locator("#ended article").first().locator("tbody tr")).hasCount(2);
	}

	@Test
	void textFromOutsideIsEscaped() {
		SamplePage page = open();
		Locator card = page.run("<img src=x onerror=alert(1)><b>bold</b> {{7*7}} [empty]");
		assertThat(SamplePage.status(card)).containsText("Completed");
		assertThat(card.locator("h4")).hasText("<img src=x onerror=alert(1)><b>bold</b> {{7*7}} [empty]");
		assertThat(card.locator("b, img:not(.film img)")).hasCount(0);
	}

	@Test
	void clickBeforeTheResponseSaysSoAndIsSentWithItsValues() {
		SamplePage page = open();
		List<Route> held = hold(page, "**/board/runs");
		for (String goal : List.of("First click", "Second click", "Third click")) {
			page.page().getByLabel("Goal").fill(goal);
			page.page().getByLabel("Goal").press("Enter");
		}
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
		for (String goal : List.of("Second click", "Third click")) {
			assertThat(page.page().locator("article", new Page.LocatorOptions().setHasText(goal))).hasCount(1);
		}
		assertThat(page.page().locator("article", new Page.LocatorOptions().setHasText("First click"))).hasCount(0);
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
		Locator cards = page.page().locator("article", new Page.LocatorOptions().setHasText("3 cheapest"));
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

	private static List<Route> hold(SamplePage page, String url) {
		List<Route> held = new ArrayList<>();
		page.page().route(url, held::add);
		return held;
	}

	@Test
	void refusedInputIsReportedAtOnce() {
		SamplePage page = open();
		int before = page.cards().count();
		page.page().getByLabel("URL").fill("ftp://books.example");
		page.page().getByLabel("Goal").press("Enter");
		assertThat(page.page().getByRole(AriaRole.ALERT)).containsText("url");
		assertThat(page.cards()).hasCount(before);
		// the browser reports the response with 400
		assertThat(page.complaints()).allMatch((complaint) -> complaint.contains("400"));
		page.complaints().clear();
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

	/**
	 * Writes the README's picture. The times differ from run to run.
	 */
	@Test
	@EnabledIfSystemProperty(named = "tinyfish.docs.update", matches = "true")
	@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
	void screenshotOfTheReadme() {
		SamplePage page = open(
				new NewContextOptions().setViewportSize(1500, 1420).setReducedMotion(ReducedMotion.REDUCE));
		for (String preset : List.of("Stream cut", "Goal missed", "Typed products")) {
			assertThat(SamplePage.status(page.preset(preset, 1).get(0))).containsText("Completed");
		}
		assertThat(page.page().locator("#ended .film").first().locator("img")).hasCount(4);
		page.page()
			.screenshot(new ScreenshotOptions().setPath(Path.of("../docs/images/sample.png"))
				.setAnimations(ScreenshotAnimations.DISABLED));
	}

}
