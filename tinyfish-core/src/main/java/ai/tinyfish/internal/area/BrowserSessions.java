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

package ai.tinyfish.internal.area;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.SendDecision;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Browser sessions of one client, opened and ended with its base URL.
 *
 * @param registry the sessions of all clients that share it
 * @param calls the executor that ends sessions
 * @param lifecycle the lifecycle of the client that the sessions belong to, not that of a
 * derived client
 * @param settings the settings of sessions
 */
public record BrowserSessions(OpenBrowsers registry, ReactiveExecutor calls, ClientLifecycle lifecycle,
		ClientSettings.Browser settings) {

	private static final Pattern BETWEEN = Pattern.compile(
			"(ai\\.tinyfish\\.(internal|browser\\.(Reactive)?BrowserOperations)|java|jdk|org\\.springframework|reactor)\\b.*");

	RemoteBrowser create(BrowserSessionRequest request, OperationExecutor executor) {
		return begin(request, executor.apiKey().get(), opener()).open(executor);
	}

	Mono<RemoteBrowser> create(BrowserSessionRequest request, ReactiveOperationExecutor executor) {
		Objects.requireNonNull(request, "request must not be null");
		String opener = opener();
		return Mono.defer(() -> {
			OpenBrowser browser = begin(request, executor.apiKey().get(), opener);
			AtomicBoolean delivered = new AtomicBoolean();
			return browser.open(executor).doOnNext((opened) -> delivered.set(true)).doOnCancel(() -> {
				// the receiver of the browser may cancel as well
				if (!delivered.get()) {
					browser.abandon();
				}
			});
		});
	}

	<T> Flux<T> use(BrowserSessionRequest request, Function<? super RemoteBrowser, ? extends Publisher<T>> function,
			ReactiveOperationExecutor executor) {
		Objects.requireNonNull(request, "request must not be null");
		String opener = opener();
		return Flux.defer(() -> {
			OpenBrowser browser = begin(request, executor.apiKey().get(), opener);
			return browser.open(executor)
				.flatMapMany((opened) -> used(opened, function))
				// also if the browser arrives during the cancel
				.doOnCancel(browser::abandon);
		});
	}

	private OpenBrowser begin(BrowserSessionRequest request, String apiKey, String opener) {
		return new OpenBrowser(this, Objects.requireNonNull(request, "request must not be null"), apiKey, opener);
	}

	Duration idleTimeoutOf(BrowserSessionRequest request) {
		return Objects.requireNonNullElse(request.timeout(), this.settings.idleTimeout());
	}

	private static <T> Flux<T> used(OpenBrowser browser,
			Function<? super RemoteBrowser, ? extends Publisher<T>> function) {
		return Flux.<T>defer(() -> function.apply(browser))
			.onErrorResume((failure) -> browser.end().onErrorResume((ex) -> {
				failure.addSuppressed(ex);
				return Mono.empty();
			}).then(Mono.error(failure)))
			.concatWith(Flux.defer(() -> browser.end().thenMany(Flux.empty())));
	}

	/**
	 * Close a session by its id, which may be one of these.
	 */
	void close(String sessionId, OperationExecutor executor) {
		ApiCall<Boolean> call = BrowserCalls.close(sessionId);
		String apiKey = executor.apiKey().get();
		executor.execute(call, apiKey, new SendDecision());
		closed(sessionId, apiKey);
	}

	Mono<Void> close(String sessionId, ReactiveOperationExecutor executor) {
		ApiCall<Boolean> call = BrowserCalls.close(sessionId);
		return Mono.defer(() -> {
			String apiKey = executor.apiKey().get();
			return executor.execute(call, apiKey, new SendDecision()).doOnNext((done) -> closed(sessionId, apiKey));
		}).then();
	}

	URI url() {
		return this.calls.settings().uriBuilderFactory().uriString("/v1/browser").build();
	}

	private void closed(String sessionId, String apiKey) {
		this.registry.find(sessionId).filter((browser) -> browser.isClosedBy(this, apiKey)).forEach(OpenBrowser::ended);
	}

	/**
	 * Return the code that opens a session.
	 */
	private static String opener() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.filter((frame) -> !BETWEEN.matcher(frame.getClassName()).matches()).findFirst())
			.map((frame) -> frame.getClassName() + ":" + frame.getLineNumber())
			.orElse("unknown");
	}

}
