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
import java.util.function.Consumer;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.stereotype.Service;

@Service
class Invoices {

	private static final String SITE = "shop.example";

	private final Shop shop;

	private final TinyFishClient tinyFish;

	Invoices(Shop shop, TinyFishClient tinyFish) {
		this.shop = shop;
		this.tinyFish = tinyFish;
	}

	List<Invoice> withVault() {
		List<String> items = this.tinyFish.vault()
			.items()
			.stream()
			.filter((item) -> item.domains().contains(SITE))
			.map(VaultItem::itemId)
			.toList();
		return this.shop.invoices((request) -> request.useVault(true).credentialItemIds(items));
	}

	List<Invoice> withProfile(String profileId) {
		return this.shop.invoices((request) -> request.useProfile(true).profileId(profileId));
	}

	SetupSession startLogin(String profileId) {
		SetupSessionRequest request = SetupSessionRequest.builder().url("https://" + SITE + "/login").build();
		return this.tinyFish.profiles().startSetup(profileId, request);
	}

	void saveLogin(SetupSession session) {
		this.tinyFish.profiles().save(session, List.of(SITE));
	}

	@WebAgent(url = "https://" + SITE + "/invoices")
	interface Shop {

		@Goal("List the last ten invoices. Log in if the site asks for it")
		List<Invoice> invoices(Consumer<AgentRequest.Builder> login);

	}

	record Invoice(String number, LocalDate date, BigDecimal total) {
	}

}
