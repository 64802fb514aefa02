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

package ai.tinyfish.simulator.internal.area;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.chromium.Chromiums;
import ai.tinyfish.simulator.internal.shop.Shop;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Endpoints that are not about runs.
 */
public final class Services {

	private final SearchApi search;

	private final Sites sites;

	private final FetchApi fetch;

	private final BrowserApi browser;

	private final VaultApi vault;

	private final ProfileApi profiles;

	private final WalletApi wallet;

	/**
	 * Create the areas without data.
	 * @param results the results, as JSON, that runs at an address have by their
	 * scenarios
	 */
	public Services(Clock clock, Supplier<String> baseUrl, Chromiums chromiums,
			Function<String, List<String>> results) {
		this.search = new SearchApi(clock);
		this.sites = new Sites(new ConcurrentHashMap<>(), results);
		this.fetch = new FetchApi(clock, this.sites);
		this.browser = new BrowserApi(clock, baseUrl, chromiums);
		this.vault = new VaultApi(clock);
		this.profiles = new ProfileApi(clock, baseUrl);
		this.wallet = new WalletApi(clock, baseUrl);
	}

	/**
	 * Give a page to an address.
	 */
	public void page(URI url, String html) {
		this.sites.give(url, html);
	}

	/**
	 * Return the open browser sessions.
	 */
	public List<String> openBrowsers() {
		return this.browser.open();
	}

	/**
	 * End browser sessions.
	 */
	public void close() {
		this.browser.endAll();
	}

	/**
	 * Handle a request.
	 * @param body the body, empty if it has no body
	 * @param origin the origin that the client sent, or {@code null}
	 * @throws ApiException if the request is not accepted
	 */
	public HttpAnswer handle(Endpoint.Route route, Map<String, List<String>> query, byte[] body,
			@Nullable String origin) {
		return switch (route.endpoint()) {
			case SEARCH -> this.search.search(query);
			case SEARCH_USAGE -> this.search.usage(query);
			case FETCH -> this.fetch.fetch(body, origin);
			case FETCH_USAGE -> this.fetch.usage(query);
			case OPEN_BROWSER -> this.browser.open(body);
			case BROWSER_USAGE -> this.browser.usage(query);
			case CLOSE_BROWSER -> this.browser.close(route.id());
			case BROWSER_PAGES ->
				this.profiles.hasSession(route.id()) ? this.profiles.pages(route.id()) : this.browser.pages(route.id());
			case BROWSER_CDP -> this.browser.connect(route.id());
			case CONNECT_VAULT -> this.vault.connect(body);
			case VAULT_CONNECTIONS -> this.vault.connections();
			case DISCONNECT_VAULT -> this.vault.disconnect(route.id());
			case VAULT_ITEMS -> this.vault.items();
			case SYNC_VAULT -> this.vault.sync();
			case LIST_PROFILES -> this.profiles.list();
			case CREATE_PROFILE -> this.profiles.create(body);
			case START_SETUP -> this.profiles.startSetup(route.id(), body);
			case CANCEL_SETUP -> this.profiles.cancelSetup(route.id(), body);
			case SAVE_PROFILE -> this.profiles.save(route.id(), body);
			case WALLET -> this.wallet.get();
			case SHOP -> Html.page(Shop.bundled().style(), Mono.just(Shop.bundled().html()));
			default -> throw new IllegalArgumentException(route.endpoint() + " is an endpoint of runs");
		};
	}

}
