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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The price of one product.
 *
 * @param label the product, in the service's words, or null
 * @param unitAmount the price of one unit, or null where that is not said
 * @param currency the currency of the price, such as {@code USD}, or null
 * @param per the unit, in the service's words such as {@code step}, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WalletRate(@JsonProperty("label") @Nullable String label,
		@JsonProperty("unit_amount") @Nullable BigDecimal unitAmount,
		@JsonProperty("currency") @Nullable String currency, @JsonProperty("per") @Nullable String per) {

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
