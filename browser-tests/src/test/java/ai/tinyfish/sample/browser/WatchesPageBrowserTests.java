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

import ai.tinyfish.sample.SampleApplication;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the watches in Chromium.
 */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.durable.interval=200ms",
				"spring.datasource.url=jdbc:h2:mem:watches-browser" })
@ActiveProfiles("durable")
class WatchesPageBrowserTests {

	private static final int PATIENCE = 120_000;

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
	void aDayPassesWithoutAJumpAndEachStateIsReadable() {
		SamplePage sample = open(new NewContextOptions().setViewportSize(1440, 900));
		Page page = sample.page();
		assertThat(page.getByText("No slot so far")).isVisible();
		assertUsable(sample);
		Locator day = page.getByRole(AriaRole.BUTTON, named("A day passes"));
		day.press("Enter");
		assertThat(page.locator(".clock [role=status]")).containsText("to go");
		assertThat(day).isFocused();
		assertUsable(sample);
		page.locator("#slots summary").click();
		assertThat(page.locator(".clock [role=status]")).containsText("Prices move by the hour");
		// opened details stay open
		assertThat(page.locator("#slots tbody tr")).hasCount(24);
		assertThat(page.locator("#slots tbody")).isVisible();
		assertThat(page.locator(".plot .series path")).hasCount(5);
		assertThat(page.locator(".plot .marks text")).hasCount(24);
		assertUsable(sample);
		page.getByRole(AriaRole.LINK, named("poetry")).click();
		assertThat(page.locator(".plot .series path")).hasCount(3);
		assertThat(page.getByRole(AriaRole.LINK, named("poetry"))).isFocused();
		page.getByRole(AriaRole.BUTTON, named("Pause: poetry")).press("Enter");
		assertThat(page.getByRole(AriaRole.BUTTON, named("Resume: poetry"))).isFocused();
		assertUsable(sample);
		page.getByRole(AriaRole.BUTTON, named("Resume: poetry")).click();
		assertThat(page.getByRole(AriaRole.BUTTON, named("Pause: poetry"))).isVisible();
		if (Boolean.getBoolean("tinyfish.docs.update")) {
			SamplePage shown = open(new NewContextOptions().setViewportSize(1440, 860));
			shown.page().screenshot(new ScreenshotOptions().setPath(Path.of("../docs/images/watches.png")));
		}
		for (NewContextOptions options : List.of(new NewContextOptions().setViewportSize(320, 800),
				new NewContextOptions().setViewportSize(390, 844).setColorScheme(ColorScheme.DARK),
				new NewContextOptions().setViewportSize(1920, 1080).setColorScheme(ColorScheme.DARK),
				new NewContextOptions().setViewportSize(640, 450).setDeviceScaleFactor(2))) {
			SamplePage other = open(options);
			assertThat(other.page().locator(".plot .series path")).hasCount(5);
			assertUsable(other);
		}
		page.navigate(url() + "?watch=none");
		assertThat(page.getByRole(AriaRole.ALERT)).containsText("There is no such watch.");
		assertThat(sample.barriers()).isEmpty();
	}

	private static void assertUsable(SamplePage page) {
		assertThat(page.scrollsSideways()).isFalse();
		assertThat(page.barriers()).isEmpty();
		page.assertNoComplaints();
	}

	private static Page.GetByRoleOptions named(String name) {
		return new Page.GetByRoleOptions().setName(name);
	}

	private String url() {
		return "http://localhost:" + this.port + "/watches";
	}

	private SamplePage open(NewContextOptions options) {
		BrowserContext context = chromium.browser().newContext(options);
		context.setDefaultTimeout(PATIENCE);
		SamplePage page = new SamplePage(context, "http://localhost:" + this.port + "/");
		page.page().navigate(url());
		return page;
	}

}
