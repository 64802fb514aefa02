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

package ai.tinyfish.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.profile.ProfileOperations;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.vault.VaultOperations;
import ai.tinyfish.wallet.WalletOperations;

/**
 * Client whose runs have ended when they are started, to measure the cost of a call
 * before and after its run.
 */
final class OfflineClient implements TinyFishClient, AgentOperations, RunHandle {

	private volatile AgentRequest sent = AgentRequest.of("https://shop.example", "None");

	private final String result;

	/**
	 * Create a client.
	 * @param result the JSON of the result of each run
	 */
	OfflineClient(String result) {
		this.result = result;
	}

	/**
	 * The request that was sent last.
	 */
	AgentRequest sent() {
		return this.sent;
	}

	@Override
	public AgentOperations agent() {
		return this;
	}

	@Override
	public QueuedRun queue(AgentRequest request) {
		this.sent = request;
		return QueuedRun.of(Wire.RUN_ID);
	}

	@Override
	public RunHandle start(AgentRequest request) {
		this.sent = request;
		return this;
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		return start(request);
	}

	@Override
	public AgentRun await() {
		return AgentRun.completed(Wire.RUN_ID, RunResult.ofJson(this.result));
	}

	@Override
	public AgentRun await(Duration timeout) {
		return await();
	}

	@Override
	public String runId() {
		return Wire.RUN_ID;
	}

	@Override
	public CompletableFuture<String> started() {
		return CompletableFuture.completedFuture(Wire.RUN_ID);
	}

	@Override
	public CompletableFuture<AgentRun> result() {
		return CompletableFuture.completedFuture(await());
	}

	@Override
	public void cancel() {
		// has ended
	}

	@Override
	public void close() {
		// nothing is open
	}

	@Override
	public AgentRun run(AgentRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public QueuedBatch queueAll(List<AgentRequest> requests) {
		throw new UnsupportedOperationException();
	}

	@Override
	public AgentStream stream(AgentRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
		throw new UnsupportedOperationException();
	}

	@Override
	public RunOperations runs() {
		throw new UnsupportedOperationException();
	}

	@Override
	public SearchOperations search() {
		throw new UnsupportedOperationException();
	}

	@Override
	public FetchOperations fetch() {
		throw new UnsupportedOperationException();
	}

	@Override
	public BrowserOperations browser() {
		throw new UnsupportedOperationException();
	}

	@Override
	public VaultOperations vault() {
		throw new UnsupportedOperationException();
	}

	@Override
	public ProfileOperations profiles() {
		throw new UnsupportedOperationException();
	}

	@Override
	public WalletOperations wallet() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Builder mutate() {
		throw new UnsupportedOperationException();
	}

}
