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

import java.time.Clock;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.api.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Wallet API with a made-up wallet, from which nothing is paid.
 */
final class WalletApi {

	private final Clock clock;

	private final Supplier<String> baseUrl;

	WalletApi(Clock clock, Supplier<String> baseUrl) {
		this.clock = clock;
		this.baseUrl = baseUrl;
	}

	HttpAnswer get() {
		ObjectNode wallet = Json.object()
			.put("available_balance", "25.0000")
			.put("currency", "USD")
			.put("as_of", this.clock.instant().toString());
		wallet.putObject("auto_reload").put("state", "off");
		wallet.putNull("pending_top_up");
		ArrayNode meters = wallet.putObject("rates").putArray("meters");
		meters.add(meter("Agent", "0.0100", "step")).add(meter("Browser", "0.0020", "minute"));
		return HttpAnswer.ok(wallet.put("agent_top_up_url", this.baseUrl.get() + "/wallet"));
	}

	private static ObjectNode meter(String label, String unitAmount, String per) {
		return Json.object().put("label", label).put("unit_amount", unitAmount).put("currency", "USD").put("per", per);
	}

}
