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

package ai.tinyfish.wallet;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishNotFoundException;

/**
 * Operations on the wallet of the account. TinyFish's Python SDK can read the wallet; the
 * request and the names of its fields are known from third parties only.
 *
 * @since 0.1.0
 */
public interface WalletOperations {

	/**
	 * Read the wallet. Failures are retried.
	 * @return the balance, the automatic top-up and the prices
	 * @throws TinyFishNotFoundException if the account has no wallet; its code is then
	 * {@code FEATURE_NOT_AVAILABLE}
	 * @throws TinyFishApiException if there is no usable response
	 */
	Wallet get();

}
