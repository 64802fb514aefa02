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

import java.util.Map;

import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.wallet.Wallet;
import org.jspecify.annotations.Nullable;

/**
 * The call about the wallet, described once.
 */
final class WalletCalls {

	private WalletCalls() {
	}

	static ApiCall<Wallet> get() {
		return ApiCall.get("wallet.get", "/v1/wallet", WalletCalls::readWallet)
			.whenAnswered(404, "The account has no wallet")
			.build();
	}

	/**
	 * Read a wallet. Several spellings of each field are accepted, since none is
	 * documented.
	 */
	private static Wallet readWallet(byte[] body) {
		Map<String, @Nullable String> fields = Json.topLevel(body);
		Checks.that(!fields.isEmpty() && !fields.containsKey("error"), "it has no wallet");
		return Json.read(body, Wallet.class);
	}

}
