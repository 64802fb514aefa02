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

package ai.tinyfish.durable.internal.service;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.internal.store.AccountPauses;
import ai.tinyfish.durable.internal.store.Claim;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.support.ApiKeySource;
import ai.tinyfish.support.agent.SubmissionGates;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Calls of the service for accounts. They are not repeated, since the task is executed
 * again if that may help. Failures are not published as events, since durable runs have
 * their own.
 */
public record Service(SingletonSupplier<TinyFishClient> client, @Nullable DurableRunApiKeyProvider apiKeys,
		Duration sendTimeout, AccountPauses pauses, Meters meters) {

	private static final Duration POLL_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(60);

	/**
	 * Return the time before which no calls are made for an account.
	 * @return a time in the future, or null
	 */
	public @Nullable Instant pausedUntil(String account) {
		return this.pauses.until(account);
	}

	/**
	 * Return the operations that send the requests of a call.
	 * @param claim the claim, made before they are sent
	 * @throws IllegalStateException if there is no key
	 */
	public AgentOperations sender(String account, Claim claim) {
		TinyFishClient client = client(account, this.sendTimeout, 0);
		if (client instanceof SubmissionGates gates) {
			return gates.agent(claim::make, claim::written);
		}
		// a client of the application
		claim.make();
		return client.agent();
	}

	/**
	 * Run a request that is not durable, and wait for its outcome.
	 * @throws IllegalStateException if there is no key
	 */
	public AgentRun run(@Nullable String account, AgentRequest request) {
		return client((account != null) ? account : "", this.sendTimeout, 0).agent().start(request).await();
	}

	/**
	 * Read, list or cancel runs of an account.
	 * @param operation the name of the operation for meters
	 * @throws IllegalStateException if there is no key
	 */
	public <T> T call(String account, String operation, Function<RunOperations, T> call) {
		RunOperations runs = client(account, POLL_TIMEOUT, 0).runs();
		return call(account, operation, () -> call.apply(runs));
	}

	/**
	 * Read many runs of an account.
	 * @throws IllegalStateException if there is no key
	 */
	public RunReads readAll(String account, List<String> ids, BooleanSupplier stopped) {
		RunReads reads = RunReads.of(client(account, POLL_TIMEOUT, 0).runs(), account, ids, stopped,
				() -> this.meters.called("runs.getAll"));
		this.pauses.beginIfAsked(account, reads.failure());
		return reads;
	}

	/**
	 * Call the service. The account pauses if the service asks to wait.
	 */
	public <T> T call(String account, String operation, Supplier<T> call) {
		this.meters.called(operation);
		try {
			return call.get();
		}
		catch (RuntimeException ex) {
			this.pauses.beginIfAsked(account, ex);
			throw ex;
		}
	}

	/**
	 * Return the name under which fetches of an account pause, without its runs.
	 */
	public static String fetches(String account) {
		return account + "#fetch";
	}

	/**
	 * Fetch pages. A call without an answer is repeated once.
	 * @throws IllegalStateException if there is no key
	 */
	public FetchResponse fetch(String account, FetchRequest request) {
		return call(fetches(account), "fetch.getContents",
				() -> client(account, FETCH_TIMEOUT, 1).fetch().getContents(request));
	}

	private TinyFishClient client(String account, Duration timeout, int maxRetries) {
		TinyFishClient client = this.client.obtain();
		RequestOptions.Builder options = RequestOptions.builder().timeout(timeout).maxRetries(maxRetries);
		String key = account.isEmpty() ? (client instanceof ApiKeySource source) ? source.resolveApiKey() : null
				: (this.apiKeys != null) ? this.apiKeys.getApiKey(account) : null;
		if (StringUtils.hasText(key)) {
			options.apiKey(key);
		}
		else if (!account.isEmpty()) {
			throw new IllegalStateException("There is no API key for account " + account);
		}
		return client.withOptions(options.build());
	}

}
