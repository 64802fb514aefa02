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

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.sample.SampleApplication;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
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

	@Autowired
	private DurableRuns runs;

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private JdbcClient jdbc;

	@AfterEach
	void clear() {
		this.simulator.reset();
		this.jdbc.sql("delete from tinyfish_run").update();
	}

	@Test
	void durableRunsAreShownUntilTheyHaveEnded() {
		try (Chromium chromium = new Chromium()) {
			SamplePage page = open(chromium, new NewContextOptions().setColorScheme(ColorScheme.LIGHT));
			Locator panel = page.page().locator(".durable");
			panel.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Submit 20")).click();
			assertThat(panel.getByRole(AriaRole.STATUS)).containsText("20 DONE",
					new ContainsTextOptions().setTimeout(PATIENCE));
			assertThat(page.barriers()).isEmpty();
			page.assertNoComplaints();
			SamplePage narrow = open(chromium,
					new NewContextOptions().setViewportSize(390, 844).setColorScheme(ColorScheme.DARK));
			assertThat(narrow.page().locator(".durable")).containsText("20 DONE");
			assertThat(narrow.scrollsSideways()).isFalse();
			assertThat(narrow.barriers()).isEmpty();
			narrow.assertNoComplaints();
		}
	}

	@Test
	void runsOfATagAreCancelledInTheTable() {
		this.simulator.given("Watch", Scenario.builder().neverEnds().build());
		this.runs.submitAll(List.of(watch("nightly"), watch("nightly"), watch("monthly")));
		try (Chromium chromium = new Chromium()) {
			for (NewContextOptions options : List.of(new NewContextOptions().setColorScheme(ColorScheme.LIGHT),
					new NewContextOptions().setViewportSize(390, 844).setColorScheme(ColorScheme.DARK))) {
				SamplePage page = open(chromium, options);
				page.page().getByRole(AriaRole.LINK, named("Durable runs")).click();
				page.page().getByRole(AriaRole.LINK, named("3 RUNNING")).click();
				assertThat(page.page().getByRole(AriaRole.ROW)).hasCount(4);
				assertUsable(page);
			}
			SamplePage page = open(chromium, new NewContextOptions().setViewportSize(390, 844));
			Page table = page.page();
			table.navigate("http://localhost:" + this.port + "/durable?state=RUNNING");
			table.getByLabel("Tag").fill("nightly");
			table.getByLabel("Tag").press("Enter");
			table.getByRole(AriaRole.LINK, named("Cancel all …")).press("Enter");
			assertThat(table.getByRole(AriaRole.HEADING, named("Cancel 2 RUNNING runs with the tag nightly?")))
				.isVisible();
			assertUsable(page);
			table.getByLabel("Your name").fill("alice");
			table.getByLabel("Your name").press("Enter");
			assertThat(table.getByRole(AriaRole.STATUS)).hasText("2 runs cancelled.");
			assertUsable(page);
		}
	}

	private static AgentRequest watch(String tag) {
		return AgentRequest.of("https://shop.example/", "Watch the price").withTag(tag);
	}

	private static void assertUsable(SamplePage page) {
		assertThat(page.scrollsSideways()).isFalse();
		assertThat(page.barriers()).isEmpty();
		page.assertNoComplaints();
	}

	private static Page.GetByRoleOptions named(String name) {
		return new Page.GetByRoleOptions().setName(name);
	}

	private SamplePage open(Chromium chromium, NewContextOptions options) {
		BrowserContext context = chromium.browser().newContext(options);
		context.setDefaultTimeout(PATIENCE);
		return new SamplePage(context, "http://localhost:" + this.port + "/");
	}

}
