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

package ai.tinyfish.internal.area;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.fetch.FetchError;
import ai.tinyfish.fetch.FetchFormat;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.profile.Profile;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SavedProfile;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.search.SearchDomainType;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.usage.UsageStatus;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultProvider;
import ai.tinyfish.wallet.Wallet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Searches, fetches, browser sessions and the vault on the simulator, which remembers its
 * requests, and checks requests on its own account.
 */
@BothClients(always = true)
class SimulatedAreaTests {

	private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

	@Parameter
	ClientKind kind;

	private TinyFishSimulator simulator;

	private TinyFishClient client;

	@BeforeEach
	void start() {
		this.simulator = TinyFishSimulator.builder().apiKey(Samples.KEY).start();
		this.client = this.kind.client(this.simulator.baseUrl()).integration("acme").build();
	}

	@AfterEach
	void close() {
		this.client.close();
		this.simulator.close();
	}

	@Test
	void searchesAreAnsweredAndCounted() {
		SearchPage first = this.client.search().query("java records");
		assertThat(first.results()).isNotEmpty().allSatisfy((result) -> assertThat(result.url()).startsWith("http"));
		SearchRequest everything = SearchRequest.builder()
			.query("java records")
			.location("US")
			.language("en")
			.page(1)
			.purpose("To compare")
			.includeDomains(List.of("example.com"))
			.excludeDomains(List.of("example.org"))
			.recency(Duration.ofHours(1))
			.domainType(SearchDomainType.NEWS)
			.includeThumbnail(true)
			.build();
		SearchPage second = this.client.search().query(everything);
		assertThat(second.page()).isEqualTo(1);
		this.client.search()
			.query(SearchRequest.builder()
				.query("papers")
				.domainType(SearchDomainType.RESEARCH_PAPER)
				.pubYearMin(2000)
				.pubYearMax(2026)
				.build());
		this.client.search()
			.query(SearchRequest.builder()
				.query("days")
				.afterDate(LocalDate.of(2025, 1, 1))
				.beforeDate(LocalDate.of(2026, 1, 1))
				.build());
		UsagePage<SearchUsage> usage = this.client.search()
			.usage(UsageQuery.builder().startAfter(LONG_AGO).status(UsageStatus.COMPLETED).limit(3).build());
		assertThat(usage.total()).isEqualTo(4);
		assertThat(usage.hasMore()).isTrue();
		assertThat(usage.items()).extracting(SearchUsage::query).containsExactly("days", "papers", "java records");
		assertThat(this.client.search().usage(UsageQuery.builder().limit(3).page(2).build()).items()).hasSize(1);
	}

	@Test
	void pagesAreFetchedAndCounted() {
		FetchResponse response = this.client.fetch()
			.getContents(FetchRequest.of("https://shop.example/a", "https://shop.example/page_not_found"));
		assertThat(response.results()).singleElement()
			.satisfies((page) -> assertThat(page.text()).isNotBlank())
			.satisfies((page) -> assertThat(page.format()).isEqualTo(FetchFormat.MARKDOWN));
		assertThat(response.errors()).extracting(FetchError::code).containsExactly(FetchError.Code.PAGE_NOT_FOUND);
		FetchResponse json = this.client.fetch()
			.getContents(FetchRequest.builder()
				.urls(List.of("https://shop.example/b"))
				.format(FetchFormat.JSON)
				.links(true)
				.imageLinks(true)
				.ttl(Duration.ZERO)
				.perUrlTimeout(Duration.ofSeconds(20))
				.purpose("To read")
				.build());
		assertThat(json.results().get(0).text()).isNull();
		assertThat(json.results().get(0).json()).startsWith("{");
		assertThat(json.results().get(0).links()).isNotEmpty();
		UsagePage<FetchUsage> usage = this.client.fetch().usage();
		assertThat(usage.items()).hasSize(3);
		assertThat(this.client.fetch().usage(UsageQuery.builder().status(UsageStatus.FAILED).build()).items())
			.extracting(FetchUsage::url)
			.containsExactly("https://shop.example/page_not_found");
	}

	@Test
	void aFetchUnderAConditionMayBeUnsupported() {
		FetchResponse response = this.client.fetch()
			.getContents(FetchRequest.builder()
				.urls(List.of("https://shop.example/conditional_unsupported"))
				.ifNoneMatch("\"v1\"")
				.build());
		assertThat(response.errors()).extracting(FetchError::code)
			.containsExactly(FetchError.Code.CONDITIONAL_UNSUPPORTED);
	}

	@Test
	void settingsOfARunThatTinyFishNamesAreSent() {
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example")
			.goal("Read the price")
			.agentConfig(AgentConfig.builder()
				.maxSteps(7)
				.maxDuration(Duration.ofMinutes(5))
				.additionalProperty("cursor_speed", "fast")
				.build())
			.captureConfig(
					CaptureConfig.builder().html(true).additionalProperty("har", Map.of("bodies", false)).build())
			.additionalProperty("feature_flags", Map.of("enable_agent_memory", true))
			.build();
		this.client.agent().queue(request);
		this.client.agent().queueAll(List.of(request));
		assertThat(this.simulator.journal().received()).hasSize(2)
			.allSatisfy((received) -> assertThat(received.body()).contains(
					"\"agent_config\":{\"max_steps\":7,\"max_duration_seconds\":300,\"cursor_speed\":\"fast\"}",
					"\"capture_config\":{\"html\":true,\"har\":{\"bodies\":false}}",
					"\"feature_flags\":{\"enable_agent_memory\":true}"));
		assertThat(this.simulator.journal().runs()).hasSize(2)
			.allSatisfy((run) -> assertThat(run.request().maxSteps()).isEqualTo(7));
	}

	@Test
	void browsersAreStartedClosedAndCounted() {
		RemoteBrowser session = this.client.browser()
			.create(BrowserSessionRequest.builder().url("shop.example").timeout(Duration.ofMinutes(5)).build());
		RemoteBrowser other = this.client.browser().create();
		assertThat(session.sessionId()).isNotBlank().isNotEqualTo(other.sessionId());
		assertThat(session.cdpUrl()).startsWith("ws");
		this.client.browser().close(session.sessionId());
		this.client.browser().close(session.sessionId());
		UsagePage<BrowserUsage> ended = this.client.browser()
			.usage(UsageQuery.builder().status(UsageStatus.ENDED).build());
		assertThat(ended.items()).extracting(BrowserUsage::sessionId).containsExactly(session.sessionId());
		UsagePage<BrowserUsage> one = this.client.browser()
			.usage(UsageQuery.builder().sessionId(other.sessionId()).build());
		assertThat(one.items()).extracting(BrowserUsage::status).containsExactly(UsageStatus.RUNNING);
		assertThat(this.client.browser().usage().total()).isEqualTo(2);
	}

	@Test
	void passwordManagersAreConnectedReadAndDisconnected() {
		assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> this.client.vault().items());
		ConnectedVault bitwarden = this.client.vault().connect(Samples.vault());
		this.client.vault().connect(VaultConnectionRequest.onePassword("ops_token"));
		assertThat(bitwarden.provider()).isEqualTo(VaultProvider.BITWARDEN);
		assertThat(this.client.vault().connections()).extracting(VaultConnection::provider)
			.containsExactlyInAnyOrder(VaultProvider.BITWARDEN, VaultProvider.ONE_PASSWORD);
		assertThat(this.client.vault().items()).isNotEmpty()
			.allSatisfy((item) -> assertThat(item.itemId()).isNotBlank());
		SyncedVault synced = this.client.vault().sync();
		assertThat(synced.summary().added()).isPositive();
		assertThat(synced.items()).isNotEmpty();
		assertThat(this.client.vault().disconnect(bitwarden.connectionId()).disconnected()).isTrue();
		assertThatExceptionOfType(TinyFishNotFoundException.class)
			.isThrownBy(() -> this.client.vault().disconnect(bitwarden.connectionId()));
		assertThat(this.client.vault().connections()).hasSize(1);
	}

	@Test
	void profilesAreCreatedFilledAndUsed() {
		assertThat(this.client.profiles().list()).isEmpty();
		Profile profile = this.client.profiles()
			.create(ProfileRequest.builder().name("Shop").proxyCountry(ProxyCountryCode.NL).setAsDefault(true).build());
		assertThat(profile.proxyCountry()).isEqualTo(ProxyCountryCode.NL);
		assertThat(profile.defaultProfile()).isTrue();
		assertThat(this.client.profiles().list()).containsExactly(profile);
		SetupSession session = this.client.profiles()
			.startSetup(profile.id(),
					SetupSessionRequest.builder()
						.url("https://shop.example/login")
						.timeout(Duration.ofMinutes(10))
						.build());
		assertThat(session.profileId()).isEqualTo(profile.id());
		assertThat(session.timeout()).hasSeconds(600);
		assertThat(session.viewerUrl()).isNotBlank();
		assertThat(session.toString()).doesNotContain(session.sessionId(), session.cdpUrl(), session.viewerUrl());
		SavedProfile saved = this.client.profiles().save(session, List.of("shop.example", "mail.example"));
		assertThat(saved.domainsUpdated()).containsExactly("shop.example");
		assertThat(saved.domainsFailed()).isEmpty();
		Profile listed = this.client.profiles().list().get(0);
		assertThat(listed.domainCount()).isEqualTo(1);
		assertThat(listed.signedInSites()).containsExactly("mail.example", "shop.example");
		assertThat(listed.additionalProperties()).isEmpty();
		SetupSession other = this.client.profiles().startSetup(profile.id());
		this.client.profiles()
			.cancelSetup(SetupSession.builder().profileId(profile.id()).sessionId(other.sessionId()).build());
		assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> this.client.profiles().save(other));
	}

	@Test
	void aLostAnswerCreatesOneProfileAndCancelsASession() {
		this.simulator.fault(FaultPoint.answerOf("POST /v1/profiles"), Fault.reset(), 1);
		assertThatExceptionOfType(TinyFishConnectionException.class)
			.isThrownBy(() -> this.client.profiles().create(ProfileRequest.of("Shop")));
		assertThat(this.simulator.journal().requests("POST /v1/profiles")).isEqualTo(1);
		Profile profile = this.client.profiles().list().get(0);
		String cancel = "POST /v1/profiles/{id}/setup-session/cancel";
		SetupSession session = this.client.profiles().startSetup(profile.id());
		this.simulator.fault(FaultPoint.answerOf(cancel), Fault.reset(), 1);
		this.client.profiles().cancelSetup(session);
		assertThat(this.simulator.journal().requests(cancel)).isEqualTo(2);
	}

	@Test
	void anAccountWithoutAWalletIsNamedSo() {
		this.simulator.fault(FaultPoint.answerOf("GET /v1/wallet"),
				Fault.refusal(404, "FEATURE_NOT_AVAILABLE", "Not for this account"), 1);
		assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> this.client.wallet().get())
			.withMessageEndingWith("Not for this account. The account has no wallet");
	}

	@Test
	void theWalletIsRead() {
		Wallet wallet = this.client.wallet().get();
		assertThat(wallet.availableBalance()).isEqualByComparingTo("25");
		assertThat(wallet.autoReload().state()).isEqualTo(Wallet.AutoReload.State.OFF);
		assertThat(wallet.pendingTopUp()).isNull();
		assertThat(wallet.rates().meters()).hasSize(2).allSatisfy((rate) -> assertThat(rate.unitAmount()).isPositive());
		assertThat(wallet.additionalProperties()).isEmpty();
	}

}
