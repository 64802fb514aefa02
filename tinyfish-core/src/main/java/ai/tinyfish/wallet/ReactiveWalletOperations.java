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
import reactor.core.publisher.Mono;

/**
 * Operations on the wallet of the account without blocking, as {@link WalletOperations}
 * describes them. Nothing is sent before there is a subscriber; cancelling closes the
 * connection.
 *
 * @since 0.1.0
 */
public interface ReactiveWalletOperations {

	/**
	 * Read the wallet. Failures are retried.
	 * @return the balance, the automatic top-up and the prices. Fails with
	 * {@link TinyFishNotFoundException} if the account has no wallet (its code is then
	 * {@code FEATURE_NOT_AVAILABLE}), and with {@link TinyFishApiException} if there is
	 * no usable response
	 */
	Mono<Wallet> get();

}
