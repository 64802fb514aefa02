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

package ai.tinyfish.internal.interceptor;

import java.util.List;
import java.util.stream.IntStream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The service is asked to open URLs at allowed hosts alone. Others are refused before
 * anything is sent.
 */
@BothClients(always = true)
class AllowedHostsWireTests extends AbstractRunInterceptorTests {

	private static final AllowedHosts HOSTS = AllowedHosts.of("shop.example", "*.books.example");

	private static final String REFUSED = "https://user:s3cret@evil.example/s3cret?token=s3cret";

	@ParameterizedTest
	@EnumSource
	void aRunAtAnotherHostIsRefused(Form form) {
		try (TinyFishClient client = bound()) {
			refused("url", () -> form.submit(client, AgentRequest.of(REFUSED, "Read")));
			assertThat(this.listener.calls()).isEmpty();
			assertThat(this.registry.inFlight()).isZero();
			form.submit(client, AgentRequest.of("https://www.books.example/", "Read"));
			assertThat(this.simulator.journal().submissions("Read")).hasSize(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theRequestCountsThatInterceptorsReturn(Form form) {
		Recording away = new Recording("away",
				(request) -> request.goal().equals("Away") ? at(request, REFUSED) : request);
		Recording back = new Recording("back",
				(request) -> request.goal().equals("Back") ? at(request, "https://shop.example/") : request);
		try (TinyFishClient client = bound(away, back)) {
			refused("url", () -> form.submit(client, AgentRequest.of("https://shop.example/", "Away")));
			Soon.until(() -> this.calls.size() == 4);
			assertThat(this.calls).contains("away not sent: Away", "back not sent: Away");
			form.submit(client, AgentRequest.of(REFUSED, "Back"));
			assertThat(this.simulator.journal().submissions("Back")).hasSize(1);
		}
	}

	@Test
	void oneUrlAtAnotherHostKeepsAllRequestsOfABatchFromBeingSent() {
		List<AgentRequest> requests = IntStream.range(0, 150)
			.mapToObj((i) -> AgentRequest.of((i < 149) ? "https://shop.example/" : REFUSED, "Read"))
			.toList();
		try (TinyFishClient client = bound()) {
			refused("url", () -> client.agent().queueAll(requests));
		}
	}

	@Test
	void aFetchIsRefusedWithAllItsUrls() {
		try (TinyFishClient client = bound()) {
			assertThat(client.fetch().getContents("https://shop.example/").results()).hasSize(1);
			refused("urls[1]", () -> client.fetch()
				.getContents(FetchRequest.of("https://shop.example/", REFUSED, "https://shop.example/2")));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { REFUSED, "evil.example", "user:s3cret@evil.example:8080/s3cret" })
	void aBrowserSessionBeginsAtAnAllowedHost(String url) {
		try (TinyFishClient client = bound()) {
			for (String allowed : List.of("https://shop.example/", "shop.example", "www.books.example")) {
				client.browser().create(BrowserSessionRequest.builder().url(allowed).build());
			}
			client.browser().create(BrowserSessionRequest.defaults());
			refused("url", () -> client.browser().create(BrowserSessionRequest.builder().url(url).build()));
		}
	}

	@Test
	void theSetUpOfAProfileBeginsAtAnAllowedHost() {
		try (TinyFishClient client = bound()) {
			String profile = client.profiles().create(ProfileRequest.of("Shop")).id();
			client.profiles()
				.startSetup(profile, SetupSessionRequest.builder().url("https://shop.example/login").build());
			client.profiles().startSetup(profile, SetupSessionRequest.defaults());
			refused("url",
					() -> client.profiles().startSetup(profile, SetupSessionRequest.builder().url(REFUSED).build()));
		}
	}

	@Test
	void derivedClientsAreBoundUnlessTheyAreGivenOtherHosts() {
		try (TinyFishClient client = bound(new Recording("first", (request) -> request))) {
			for (TinyFishClient derived : List.of(
					client.mutate().withoutRunInterceptors().withoutRunListeners().build(),
					client.mutate().apiKey("sk-other").build(),
					client.withOptions(RequestOptions.builder().maxRetries(0).build()))) {
				refused("url", () -> derived.agent().run(AgentRequest.of(REFUSED, "Read")));
				refused("urls[0]", () -> derived.fetch().getContents(REFUSED));
			}
			TinyFishClient free = client.mutate().allowedHosts(AllowedHosts.any()).build();
			assertThat(free.agent().run(AgentRequest.of(REFUSED, "Read")).isCompleted()).isTrue();
			assertThat(free.fetch().getContents(REFUSED).results()).hasSize(1);
			TinyFishClient elsewhere = client.mutate().allowedHosts(AllowedHosts.of("evil.example")).build();
			assertThat(elsewhere.agent().run(AgentRequest.of(REFUSED, "Read")).isCompleted()).isTrue();
		}
	}

	@Test
	void searchesAreNotBound() {
		try (TinyFishClient client = bound()) {
			client.search().query("site:evil.example price");
			assertThat(this.simulator.journal().received()).hasSize(1);
		}
	}

	@Test
	void theReactiveClientRefusesWhenItIsSubscribedTo() {
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl())
			.allowedHosts(HOSTS)
			.build()) {
			for (Mono<?> refused : List.of(client.agent().run(AgentRequest.of(REFUSED, "Read")),
					client.agent().queueAll(List.of(AgentRequest.of(REFUSED, "Read"))),
					client.fetch().getContents(REFUSED),
					client.browser().create(BrowserSessionRequest.builder().url(REFUSED).build()),
					client.profiles().startSetup("profile", SetupSessionRequest.builder().url(REFUSED).build()))) {
				assertThat(refused.map(Object::toString)
					.onErrorResume(TinyFishHostNotAllowedException.class, (ex) -> Mono.just("refused"))
					.block()).isEqualTo("refused");
			}
			assertThat(this.simulator.journal().received()).isEmpty();
		}
	}

	private TinyFishClient bound(Recording... interceptors) {
		return this.kind.client(this.simulator.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.runInterceptors(() -> List.of(interceptors))
			.allowedHosts(HOSTS)
			.build();
	}

	private static AgentRequest at(AgentRequest request, String url) {
		return request.toBuilder().url(url).build();
	}

	private void refused(String field, Runnable call) {
		int before = this.simulator.journal().received().size();
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(call::run)
			.withMessage("The host evil.example of " + field + " is not one of allowedHosts; nothing was sent")
			.satisfies((ex) -> assertThat(ex.host()).isEqualTo("evil.example"));
		assertThat(this.simulator.journal().received()).hasSize(before);
	}

}
