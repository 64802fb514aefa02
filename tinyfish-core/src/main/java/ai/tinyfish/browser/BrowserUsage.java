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

package ai.tinyfish.browser;

import java.time.Instant;

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.usage.UsageStatus;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Usage record of a browser session.
 *
 * @param sessionId the id of the session, or null if the service does not say
 * @param userId the id of the account, or null if the service does not say
 * @param subUserId the id of the user of the account, or null if the service does not say
 * @param modeText the kind of its browser, as received, or null if the service does not
 * say
 * @param startTime when it began, or null if the service does not say
 * @param endTime when it ended, or null if it has not ended
 * @param durationMs how long it took, in milliseconds, or null if it has not ended
 * @param proxyReceivedBytes the data that was received through the proxy, in bytes, or
 * null if the service does not say
 * @param proxySentBytes the data that was sent through the proxy, in bytes, or null if
 * the service does not say
 * @param statusText its status, as received, or null if the service does not say
 * @param createdAt when it was requested, or null if the service does not say
 * @param updatedAt when this record last changed, or null if the service does not say
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BrowserUsage(@JsonProperty("session_id") @Nullable String sessionId,
		@JsonProperty("user_id") @Nullable String userId, @JsonProperty("sub_user_id") @Nullable String subUserId,
		@JsonProperty("mode") @Nullable String modeText, @JsonProperty("start_time") @Nullable Instant startTime,
		@JsonProperty("end_time") @Nullable Instant endTime, @JsonProperty("duration_ms") @Nullable Long durationMs,
		@JsonProperty("proxy_trg_rx_bytes") @Nullable Long proxyReceivedBytes,
		@JsonProperty("proxy_trg_tx_bytes") @Nullable Long proxySentBytes,
		@JsonProperty("status") @Nullable String statusText, @JsonProperty("created_at") @Nullable Instant createdAt,
		@JsonProperty("updated_at") @Nullable Instant updatedAt) {

	/**
	 * Return the kind of browser.
	 * @return the kind, {@link BrowserMode#UNKNOWN} if it is new or absent
	 */
	public BrowserMode mode() {
		return BrowserMode.of(this.modeText);
	}

	/**
	 * Return the status of the session.
	 * @return the status, {@link UsageStatus#UNKNOWN} if it is new or absent
	 */
	public UsageStatus status() {
		return UsageStatus.of(this.statusText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
