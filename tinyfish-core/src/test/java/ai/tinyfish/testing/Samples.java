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

package ai.tinyfish.testing;

import java.time.Duration;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.vault.VaultConnectionRequest;

/**
 * Values that many tests share.
 */
public final class Samples {

	public static final String KEY = "sk-tinyfish-test-0123456789";

	public static final String CLIENT_SECRET = "client-secret-0123456789";

	/** The session of a profile, whose id and addresses are secret. */
	public static final String SETUP_SESSION = "tf-setup-0123456789";

	/**
	 * A session of which only the ids are known.
	 */
	public static SetupSession setupSession(String profileId, String sessionId) {
		return SetupSession.builder().profileId(profileId).sessionId(sessionId).build();
	}

	/** With characters that JSON escapes. */
	public static final String MASTER_PASSWORD = "master \"pass\\word\" 0123456789";

	public static final String MASTER_PASSWORD_IN_JSON = "master \\\"pass\\\\word\\\" 0123456789";

	public static final String STARTED = "{\"type\":\"STARTED\",\"run_id\":\"run-1\",\"timestamp\":\"2026-03-01T08:00:00Z\"}";

	public static final String STREAMING_URL = "{\"type\":\"STREAMING_URL\",\"run_id\":\"run-1\",\"streaming_url\":\"https://watch.example/1\"}";

	public static final String PROGRESS = "{\"type\":\"PROGRESS\",\"run_id\":\"run-1\",\"purpose\":\"Reading the page\"}";

	public static final String HEARTBEAT = "{\"type\":\"HEARTBEAT\",\"timestamp\":\"2026-03-01T08:00:01Z\"}";

	public static final String COMPLETE = "{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":{\"price\":7}}";

	public static final String RUN = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"goal\":\"Read\",\"result\":{\"price\":7}}";

	/** Retries without delays. */
	public static final RetrySettings QUICK_RETRY = RetrySettings.defaults()
		.withDelays(Duration.ofMillis(1), 1, Duration.ofMillis(1), Duration.ZERO);

	/** How long looks at a run may fail where the server knows of none. */
	public static final Duration BRIEF = Duration.ofMillis(200);

	private Samples() {
	}

	public static AgentRequest request() {
		return AgentRequest.of("https://shop.example/item", "Read the price").withTag("order-42");
	}

	public static VaultConnectionRequest vault() {
		return VaultConnectionRequest.bitwarden()
			.clientId("user.1")
			.clientSecret(CLIENT_SECRET)
			.masterPassword(MASTER_PASSWORD)
			.build();
	}

	public static TinyFishClient.Builder client(String baseUrl) {
		return configure(TinyFishClient.builder(), baseUrl);
	}

	public static ReactiveTinyFishClient.Builder reactiveClient(String baseUrl) {
		return configure(ReactiveTinyFishClient.builder(), baseUrl);
	}

	/**
	 * A simulator whose runs end at once, and whose streams have no heartbeats.
	 */
	public static TinyFishSimulatorBuilder simulator() {
		return TinyFishSimulator.builder().apiKey(KEY).pace(Duration.ZERO).heartbeat(Duration.ofHours(1));
	}

	/**
	 * The record of a run is not read when its stream had the outcome: that would be one
	 * request more in all tests that count them.
	 */
	static <B extends TinyFishClientBuilder<B>> B configure(B builder, String baseUrl) {
		return builder.apiKey(KEY)
			.baseUrl(baseUrl)
			.readOutcome(false)
			.retry(QUICK_RETRY)
			.integration(null)
			.pollInterval(Duration.ofMillis(10))
			.maxPollInterval(Duration.ofMillis(50))
			.pollTolerance(Duration.ofSeconds(20));
	}

	public static String envelope(String code, String message) {
		return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
	}

}
