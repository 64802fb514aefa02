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

package ai.tinyfish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.internal.area.OpenBrowsers;
import ai.tinyfish.internal.listener.RunCounters;
import ai.tinyfish.internal.session.RunWaits;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.support.BaseUrlSource;
import ai.tinyfish.support.RunControl;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The only implementation of {@link OpenRuns}, with the operations for the modules of
 * this project.
 */
final class DefaultOpenRuns extends OpenRuns implements RunControl {

	private final OpenBrowsers browsers = new OpenBrowsers(shared());

	DefaultOpenRuns(SharedRuns runs) {
		super(runs);
	}

	@Override
	public boolean publishesOutcomeOf(String runId, @Nullable BaseUrlSource service) {
		return shared().publishesOutcomeOf(runId, baseUrl(service));
	}

	@Override
	public boolean isAwaited(String runId, @Nullable BaseUrlSource service) {
		return shared().isAwaited(runId, baseUrl(service));
	}

	@Override
	public <T> Mono<T> withAnyKey(Mono<T> await) {
		return RunWaits.withAnyKey(await);
	}

	private static @Nullable String baseUrl(@Nullable BaseUrlSource service) {
		return (service != null) ? service.baseUrl() : null;
	}

	@Override
	public boolean isFollowed(String runId) {
		return shared().isFollowed(runId);
	}

	@Override
	public Counts counts() {
		RunCounters counters = shared().counters();
		return new Counts(counters.waiting().sum(), counters.heartbeats().sum(), counters.progress().sum(),
				counters.failures().sum(), counters.recovered().sum(), counters.unknown().sum());
	}

	@Override
	public @Nullable Integer maxInFlight() {
		return shared().limiter().limit();
	}

	@Override
	public Duration maxWait() {
		return shared().limiter().maxWait();
	}

	@Override
	public CompletableFuture<Void> stop(Duration timeout) {
		return shared().stop(timeout, this.browsers.all());
	}

	@Override
	public void resume() {
		shared().resume();
	}

	@Override
	public OpenBrowsers browsers() {
		return this.browsers;
	}

}
