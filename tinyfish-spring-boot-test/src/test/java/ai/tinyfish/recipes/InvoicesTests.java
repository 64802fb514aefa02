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

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.recipes.Invoices.Invoice;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.vault.VaultConnectionRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The logins of the recipes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureTinyFishSimulator
class InvoicesTests {

	private static final Invoice INVOICE = new Invoice("R-1", LocalDate.of(2026, 1, 15), new BigDecimal("12.5"));

	@Autowired
	private Invoices invoices;

	@Autowired
	private TinyFishClient tinyFish;

	@Autowired
	private TinyFishSimulator simulator;

	@BeforeEach
	void theShopHasAnInvoice() {
		this.simulator.given("invoices", Scenario
			.completed(Map.of("items", List.of(Map.of("number", "R-1", "date", "2026-01-15", "total", 12.5)))));
	}

	@Test
	void theAgentMayUseTheItemsOfTheSite() {
		this.tinyFish.vault().connect(VaultConnectionRequest.onePassword("ops-0123456789"));
		assertThat(this.invoices.withVault()).containsExactly(INVOICE);
		assertThat(submission()).contains("\"use_vault\":true",
				"\"credential_item_ids\":[\"cred:conn-1:Personal:shop\"]");
	}

	@Test
	void withoutAnItemOfTheSiteNothingIsSent() {
		this.tinyFish.vault().connect(VaultConnectionRequest.onePassword("ops-0123456789"));
		this.simulator.fault(FaultPoint.answerOf("GET /v1/vault/items"),
				Fault.answer(200, "application/json", "{\"items\": []}"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.invoices.withVault())
			.withMessageContaining("credentialItemIds");
		assertThat(this.simulator).hasStartedNoRuns();
	}

	@Test
	void theAgentUsesTheProfileThatAPersonHasLoggedInWith() {
		String profile = this.tinyFish.profiles().create(ProfileRequest.of("Shop")).id();
		SetupSession session = this.invoices.startLogin(profile);
		assertThat(session.viewerUrl()).isNotNull();
		this.invoices.saveLogin(session);
		assertThat(this.tinyFish.profiles().list().get(0).signedInSites()).containsExactly("shop.example");
		assertThat(this.invoices.withProfile(profile)).containsExactly(INVOICE);
		assertThat(submission()).contains("\"use_profile\":true", "\"profile_id\":\"" + profile + "\"");
	}

	private String submission() {
		return this.simulator.journal().submissions("invoices").get(0).body();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportWebAgents(Invoices.Shop.class)
	@Import(Invoices.class)
	static class Application {

	}

}
