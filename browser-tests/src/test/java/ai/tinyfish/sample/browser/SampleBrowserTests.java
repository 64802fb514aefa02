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

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.sample.SampleApplication;
import ai.tinyfish.simulator.TinyFishSimulator;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * The sample with a browser. Its classes share one application.
 */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.simulator.pace=200ms" })
abstract class SampleBrowserTests {

	static final int PATIENCE = 30_000;

	@AutoClose
	private static Chromium chromium;

	@LocalServerPort
	private int port;

	@Autowired
	private TinyFishSimulator simulator;

	private final List<BrowserContext> contexts = new ArrayList<>();

	private final List<SamplePage> pages = new ArrayList<>();

	@BeforeAll
	static void launch() {
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
		chromium = new Chromium();
	}

	@AfterEach
	void close() {
		this.contexts.forEach(BrowserContext::close);
		// a run that a failed test has left would keep those of other tests in line
		this.simulator.reset();
		this.pages.forEach(SamplePage::assertNoComplaints);
	}

	SamplePage open() {
		return open(new NewContextOptions());
	}

	SamplePage open(NewContextOptions options) {
		return open(context(options));
	}

	SamplePage open(BrowserContext context) {
		SamplePage page = new SamplePage(context, url());
		this.pages.add(page);
		return page;
	}

	BrowserContext context(NewContextOptions options) {
		BrowserContext context = chromium.browser().newContext(options);
		context.setDefaultTimeout(PATIENCE);
		this.contexts.add(context);
		return context;
	}

	String url() {
		return "http://localhost:" + this.port + "/";
	}

}
