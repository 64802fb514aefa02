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
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.MethodMode;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Aids for reading the page: copies, times and the filter.
 */
class ReadingPageBrowserTests extends SampleBrowserTests {

	@Test
	@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
	void firstCardHasItsCodeAndCodeIsCopied() {
		BrowserContext context = context(new NewContextOptions());
		context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
		SamplePage page = open(context);
		Locator card = page.card(page.rows().last());
		Locator code = card.locator("details", new Locator.LocatorOptions().setHasText("Its request"));
		// it is loaded once more with its record
		assertThat(card.locator(".steps img")).hasCount(4);
		assertThat(code.locator("pre")).containsText(".goal(\"List the 3 cheapest books\")");
		code.locator(".copy").click();
		assertThat(code.locator(".copy")).containsText("Copied");
		assertThat(page.page().evaluate("navigator.clipboard.readText()")).isEqualTo(code.locator("pre").textContent());
		assertThat(code.locator(".copy")).hasText(Pattern.compile("^Copy\\s?This run as Java$"));
		page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy RunLog.java")).click();
		page.page()
			.waitForCondition(
					() -> page.page().evaluate("navigator.clipboard.readText()").toString().startsWith("@Component"));
		assertThat(page.barriers()).isEmpty();
	}

	@Test
	void codeThatCannotBeCopiedIsSelected() {
		SamplePage page = open();
		page.page().evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }");
		page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy RunLog.java")).click();
		assertThat(page.page().locator("body > .unseen[role=status]")).hasText("Selected");
		assertThat((String) page.page().evaluate("getSelection().toString()")).contains("class RunLog");
	}

	@Test
	void codeIsNotCut() {
		Locator pre = open().page().getByLabel("RunLog.java", new Page.GetByLabelOptions().setExact(true));
		assertThat((boolean) pre
			.evaluate("(pre) => pre.scrollWidth > pre.clientWidth || pre.scrollHeight > pre.clientHeight")).isFalse();
	}

	@Test
	void timesAreThoseOfTheReaderAndRelative() {
		SamplePage page = open(new NewContextOptions().setTimezoneId("Asia/Tokyo"));
		Locator card = page.card(page.run("Tell the time of books"));
		assertThat(card.locator("time")).hasText(Pattern.compile("[0-9]{4}(-[0-9]{2}){2} [0-9:]{8} \\(just now\\)"));
		String utc = card.locator("time").getAttribute("datetime");
		String shown = (String) card.locator("time").evaluate("(time) => time.textContent");
		assertThat(shown.substring(11, 13)).isNotEqualTo(utc.substring(11, 13));
		page.page()
			.clock()
			.setFixedTime((long) (double) (Double) page.page().evaluate("Date.now() + 3 * 3600e3 + 0.5"));
		assertThat(card.locator("time")).containsText("(3 hours ago)");
	}

	@Test
	void runsAreFilteredByStateAndTextWhichTheAddressKeeps() {
		SamplePage page = open();
		Locator failed = page.preset("Site blocked", 1).get(0);
		Locator missed = page.preset("Goal missed", 1).get(0);
		assertThat(SamplePage.status(failed)).containsText("Failed");
		assertThat(SamplePage.status(missed)).containsText("Goal missed");
		Locator state = page.page().getByLabel("State");
		state.selectOption("Goal missed");
		assertThat(missed).isVisible();
		assertThat(failed).isHidden();
		state.selectOption("Failed");
		page.page().getByLabel("Text").fill(" BLOCKED.shop");
		assertThat(failed).isVisible();
		assertThat(missed).isHidden();
		assertThat(page.page().locator("#filtered")).hasText(Pattern.compile("[0-9]+ of [0-9]+ runs"));
		assertThat(page.page()).hasURL(Pattern.compile("\\?state=failed&text=\\+BLOCKED.shop$"));
		assertThat(page.barriers()).isEmpty();
		page.page().reload();
		assertThat(failed).isVisible();
		assertThat(missed).isHidden();
		assertThat(state).hasValue("failed");
		// a run that is started is seen
		Locator started = page.run("Books in sight");
		assertThat(started).isVisible();
		assertThat(missed).isVisible();
		assertThat(page.page()).hasURL(url());
		page.page().getByLabel("Text").fill("no such text");
		assertThat(page.page().locator("#filtered")).hasText(Pattern.compile("^0 of "));
		assertThat(page.barriers()).isEmpty();
		page.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show all")).click();
		assertThat(started).isVisible();
		assertThat(page.page().locator("#filtered")).isEmpty();
	}

}
