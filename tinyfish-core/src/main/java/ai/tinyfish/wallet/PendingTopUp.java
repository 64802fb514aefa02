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

import java.math.BigDecimal;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A top-up that was started and is not in the balance yet.
 *
 * @param amount the amount, in the currency of the wallet, or null where that is not said
 * @param startedAt when it was started, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PendingTopUp(@JsonProperty("amount") @Nullable BigDecimal amount,
		@JsonProperty("started_at") @Nullable Instant startedAt) {

}
