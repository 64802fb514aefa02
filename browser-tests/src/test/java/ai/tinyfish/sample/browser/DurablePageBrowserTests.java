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

import ai.tinyfish.sample.SampleApplication;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the profile "durable" in Chromium.
 */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=20ms",
				"tinyfish.durable.interval=500ms", "spring.datasource.url=jdbc:h2:mem:browser" })
@ActiveProfiles("durable")
class DurablePageBrowserTests {

	private static final int PATIENCE = 60_000;

	@LocalServerPort
	private int port;

	@Test
	void durableRunsAreShownUntilTheyHaveEnded() {
		try (Chromium chromium = new Chromium()) {
			SamplePage page = open(chromium, new NewContextOptions().setColorScheme(ColorScheme.LIGHT));
			Locator panel = page.page().locator(".durable");
			panel.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Submit 20")).click();
			assertThat(panel.getByRole(AriaRole.STATUS)).containsText("20 DONE",
					new ContainsTextOptions().setTimeout(PATIENCE));
			assertThat(panel.locator("tbody tr")).hasCount(20);
			assertThat(page.barriers()).isEmpty();
			page.assertNoComplaints();
			SamplePage narrow = open(chromium,
					new NewContextOptions().setViewportSize(390, 844).setColorScheme(ColorScheme.DARK));
			assertThat(narrow.page().locator(".durable tbody tr")).hasCount(20);
			assertThat(narrow.scrollsSideways()).isFalse();
			assertThat(narrow.barriers()).isEmpty();
			narrow.assertNoComplaints();
		}
	}

	private SamplePage open(Chromium chromium, NewContextOptions options) {
		BrowserContext context = chromium.browser().newContext(options);
		context.setDefaultTimeout(PATIENCE);
		return new SamplePage(context, "http://localhost:" + this.port + "/");
	}

}
