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
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.EnumTexts;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The wallet of the account, as the service returns it. The names of its fields are known
 * from third parties only, so that each of them may be null.
 *
 * @param availableBalance the balance, negative if more was spent than available, or null
 * if the service does not say
 * @param currency the currency of the balance, such as {@code USD}, or null if the
 * service does not say
 * @param asOf the time of the balance, or null if the service does not say
 * @param autoReload the automatic top-up, or null if the service does not say
 * @param pendingTopUp the top-up in progress, or null if no top-up is in progress
 * @param rates the prices that the account pays, or null if the service does not say
 * @param agentTopUpUrl the page at which to top up the wallet, or null if the service
 * does not say
 * @param additionalProperties all other fields at the top of the response: plain JSON
 * values, keyed by JSON name, each parsed when it is read
 * @since 0.1.0
 */
public record Wallet(@JsonProperty("available_balance") @Nullable BigDecimal availableBalance,
		@JsonProperty("currency") @Nullable String currency, @JsonProperty("as_of") @Nullable Instant asOf,
		@JsonProperty("auto_reload") @Nullable AutoReload autoReload,
		@JsonProperty("pending_top_up") @Nullable PendingTopUp pendingTopUp,
		@JsonProperty("rates") @Nullable Rates rates, @JsonProperty("agent_top_up_url") @Nullable String agentTopUpUrl,
		@JsonAnySetter @JsonAnyGetter @JsonDeserialize(
				contentUsing = JsonMap.ValueDeserializer.class) Map<String, @Nullable Object> additionalProperties) {

	/**
	 * Create a new wallet.
	 * @param availableBalance the balance, or null
	 * @param currency the currency of the balance, or null
	 * @param asOf the time of the balance, or null if the service does not say
	 * @param autoReload the automatic top-up, or null
	 * @param pendingTopUp the top-up in progress, or null
	 * @param rates the prices that the account pays, or null
	 * @param agentTopUpUrl the page at which to top up the wallet, or null if the service
	 * does not say
	 * @param additionalProperties all other fields; null is read as none
	 */
	public Wallet {
		additionalProperties = JsonMap.copyOf(additionalProperties);
	}

	/**
	 * Return a description without the URL and the fields that this version does not
	 * know.
	 * @return the balance and the state of top-ups
	 */
	@Override
	public String toString() {
		return LogText.of("Wallet[availableBalance=%s, currency=%s, asOf=%s, autoReload=%s, pendingTopUp=%s]"
			.formatted(this.availableBalance, this.currency, this.asOf, this.autoReload, this.pendingTopUp));
	}

	/**
	 * The automatic top-up of a wallet.
	 *
	 * @param stateText its state as received, or null if the service does not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record AutoReload(@JsonProperty("state") @Nullable String stateText) {

		/**
		 * Return the state.
		 * @return the state, {@link State#UNKNOWN} if it is new or absent
		 */
		public State state() {
			return State.of(this.stateText);
		}

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

		/**
		 * Whether the wallet is topped up automatically.
		 */
		public enum State {

			/**
			 * Never set up.
			 */
			UNCONFIGURED,

			/**
			 * Topped up automatically.
			 */
			ON,

			/**
			 * Turned off.
			 */
			OFF,

			/**
			 * Paused because a payment failed.
			 */
			PAUSED_PAYMENT_FAILED,

			/**
			 * Waiting for a means of payment.
			 */
			NEEDS_PAYMENT_METHOD,

			/**
			 * Absent, or a state that this version does not know.
			 */
			UNKNOWN;

			/**
			 * Return the state that the wire's text names.
			 * @param text the text, in any case, or null
			 * @return the state, {@link #UNKNOWN} for anything new and for null
			 */
			public static State of(@Nullable String text) {
				return EnumTexts.read(text, UNKNOWN);
			}

		}

	}

	/**
	 * A top-up that was started and is not in the balance yet.
	 *
	 * @param amount the amount, in the currency of the wallet, or null if the service
	 * does not say
	 * @param startedAt when it was started, or null if the service does not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record PendingTopUp(@JsonProperty("amount") @Nullable BigDecimal amount,
			@JsonProperty("started_at") @Nullable Instant startedAt) {

	}

	/**
	 * The prices that the account pays.
	 *
	 * @param meters the price of each product that is metered
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Rates(@JsonProperty("meters") List<Rate> meters) {

		/**
		 * Create new rates.
		 * @param meters the price of each product; null is read as none
		 */
		public Rates {
			meters = Lists.copyOf(meters);
		}

	}

	/**
	 * The price of one product.
	 *
	 * @param label the product, in the service's words, or null if the service does not
	 * say
	 * @param unitAmount the price of one unit, or null if the service does not say
	 * @param currency the currency of the price, such as {@code USD}, or null if the
	 * service does not say
	 * @param per the unit, in the service's words such as {@code step}, or null if the
	 * service does not say
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	public record Rate(@JsonProperty("label") @Nullable String label,
			@JsonProperty("unit_amount") @Nullable BigDecimal unitAmount,
			@JsonProperty("currency") @Nullable String currency, @JsonProperty("per") @Nullable String per) {

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

	}

}
