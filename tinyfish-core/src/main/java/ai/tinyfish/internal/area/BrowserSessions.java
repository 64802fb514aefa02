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

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.settings.ClientSettings;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Browser sessions of one client, opened and ended with its base URL. Both clients open
 * and end them with the reactive executor, since a caller who gives up ends neither.
 *
 * @param registry the sessions of all clients that share it
 * @param creations creates sessions, and awaits each response for longer than its caller
 * @param createTimeout how long a caller waits for a session
 * @param followUps ends sessions, without the options of the client
 */
public record BrowserSessions(OpenBrowsers registry, ReactiveOperationExecutor creations, Duration createTimeout,
		ReactiveExecutor followUps) {

	/** How much longer than by its caller a response is awaited. */
	public static final Duration LATE = Duration.ofSeconds(60);

	private static final Pattern BETWEEN = Pattern.compile(
			"(ai\\.tinyfish\\.(internal|browser\\.(Reactive)?BrowserOperations)|java|jdk|org\\.springframework|reactor)\\b.*");

	/**
	 * Prepare sessions of the calling code, which is named if a session is forgotten.
	 * @return creates a session to be opened, with the key of that time
	 */
	Supplier<OpenBrowser> opening(BrowserSessionRequest request) {
		Objects.requireNonNull(request, "request must not be null");
		String openedBy = StackWalker.getInstance()
			.walk((frames) -> frames.filter((frame) -> !BETWEEN.matcher(frame.getClassName()).matches()).findFirst())
			.map((frame) -> frame.getClassName() + ":" + frame.getLineNumber())
			.orElse("unknown");
		return () -> new OpenBrowser(this, request, this.creations.apiKey().get(), openedBy);
	}

	Mono<OpenBrowser> open(BrowserSessionRequest request) {
		Supplier<OpenBrowser> opening = opening(request);
		// the receiver of the browser may cancel as well, which a future ignores
		return Mono.deferContextual((context) -> Mono.fromFuture(opening.get().open(context)))
			.doOnDiscard(OpenBrowser.class, OpenBrowser::endInBackground);
	}

	/**
	 * Let a publisher use a browser, and end the session with it.
	 */
	static <T> Flux<T> use(OpenBrowser browser, Function<? super RemoteBrowser, ? extends Publisher<T>> function) {
		return Flux.<T>defer(() -> function.apply(browser))
			.onErrorResume((failure) -> browser.end().onErrorComplete((ex) -> {
				failure.addSuppressed(ex);
				return true;
			}).then(Mono.error(failure)))
			.concatWith(Flux.defer(() -> browser.end().thenMany(Flux.empty())))
			.doOnCancel(browser::endInBackground);
	}

	/**
	 * Return the lifecycle that the sessions belong to: the original's of a derived
	 * client.
	 */
	ClientLifecycle lifecycle() {
		return this.followUps.lifecycle();
	}

	ClientSettings.Browser settings() {
		return this.followUps.settings().browser();
	}

}
