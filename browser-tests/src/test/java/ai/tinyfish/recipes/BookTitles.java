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

import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;

import org.springframework.stereotype.Component;

@Component
class BookTitles {

	private final TinyFishClient tinyFish;

	BookTitles(TinyFishClient tinyFish) {
		this.tinyFish = tinyFish;
	}

	List<String> read(String url) {
		BrowserSessionRequest request = BrowserSessionRequest.builder().url(url).build();
		try (RemoteBrowser remote = this.tinyFish.browser().create(request);
				Playwright playwright = Playwright.create();
				Browser browser = playwright.chromium().connectOverCDP(remote.cdpUrl())) {
			Page page = browser.contexts().get(0).pages().get(0);
			// the service navigates, and may not have begun
			page.locator("article h2").first().waitFor();
			return page.locator("article h2").allInnerTexts();
		}
	}

}
