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

package ai.tinyfish.recipes;

import java.time.Duration;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The remote browser of the recipes, driven by the real Playwright. Each session is the
 * installed Chromium, which the simulator passes through.
 */
@AutoConfigureTinyFishSimulator(strict = true)
class BookTitlesPageBrowserTests {

	@Test
	void titlesAreReadAndTheSessionIsEnded(TinyFishSimulator simulator) {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			assertThat(new BookTitles(client).read("https://bookshop.example")).hasSizeGreaterThan(5)
				.contains("The Salt Road Atlas");
			assertThat(simulator).hasNoOpenBrowsers();
		}
	}

	@Test
	@SuppressWarnings("try")
	void closingPlaywrightIsNotEnough(TinyFishSimulator simulator) {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			BrowserSessionRequest request = BrowserSessionRequest.builder().url("https://bookshop.example").build();
			try (RemoteBrowser remote = client.browser().create(request);
					Playwright playwright = Playwright.create();
					Browser browser = playwright.chromium().connectOverCDP(remote.cdpUrl())) {
				Page page = browser.contexts().get(0).pages().get(0);
				page.waitForLoadState();
				assertThat(page.screenshot()).hasSizeGreaterThan(1000);
				browser.close();
				assertThat(simulator.journal().openBrowsers()).containsExactly(remote.sessionId());
			}
			assertThat(simulator).hasNoOpenBrowsers();
		}
	}

	@Test
	void theReactiveClientEndsTheSession(TinyFishSimulator simulator) {
		try (ReactiveTinyFishClient client = ReactiveTinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			BrowserSessionRequest request = BrowserSessionRequest.builder().url("https://bookshop.example").build();
			Flux<List<String>> titles = client.browser()
				.use(request, (remote) -> Mono.fromCallable(() -> read(remote.cdpUrl()))
					.subscribeOn(Schedulers.boundedElastic()));
			assertThat(titles.blockLast(Duration.ofSeconds(120))).contains("The Salt Road Atlas");
			assertThat(simulator).hasNoOpenBrowsers();
		}
	}

	@Test
	void playwrightConnectsAgainAndItsExceptionsContainTheAddress(TinyFishSimulator simulator) {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			BrowserSessionRequest request = BrowserSessionRequest.builder().url("https://bookshop.example").build();
			RemoteBrowser remote = client.browser().create(request);
			assertThat(read(remote.cdpUrl())).isEqualTo(read(remote.cdpUrl()));
			remote.close();
			assertThatExceptionOfType(PlaywrightException.class).isThrownBy(() -> read(remote.cdpUrl()))
				.withMessageContaining(remote.cdpUrl());
		}
	}

	@Test
	void theBlockOfThePageEndsTheSession(TinyFishSimulator simulator) {
		try (TinyFishClient client = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			BrowserSessionRequest request = BrowserSessionRequest.builder().url("https://bookshop.example").build();
			try (RemoteBrowser remote = client.browser().create(request);
					Playwright playwright = Playwright.create();
					Browser browser = playwright.chromium().connectOverCDP(remote.cdpUrl())) {
				Page page = browser.contexts().get(0).pages().get(0);
				page.waitForLoadState();
			}
			assertThat(simulator).hasNoOpenBrowsers();
		}
	}

	private static List<String> read(String cdpUrl) {
		try (Playwright playwright = Playwright.create();
				Browser browser = playwright.chromium().connectOverCDP(cdpUrl)) {
			Page page = browser.contexts().get(0).pages().get(0);
			page.locator("article h2").first().waitFor();
			return page.locator("article h2").allInnerTexts();
		}
	}

}
