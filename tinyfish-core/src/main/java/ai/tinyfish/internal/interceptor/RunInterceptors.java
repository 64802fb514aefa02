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

package ai.tinyfish.internal.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.listener.CallerContext;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.settings.AllowedHosts;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The interceptors of a client, called before a run begins, and its allowed hosts, which
 * are checked last.
 *
 * @param interceptors the interceptors in their order; requested when a run is submitted
 * @param allowedHosts the hosts at which runs may begin
 * @param delivery calls them with the outcome
 * @param open throws if the client was closed while they were called
 */
public record RunInterceptors(Supplier<List<TinyFishRunInterceptor>> interceptors, AllowedHosts allowedHosts,
		ListenerDelivery delivery, Runnable open) {

	/**
	 * Call the interceptors for one run or several runs that are submitted together, for
	 * a caller that blocks.
	 * @param operation the operation
	 * @param requests the requests
	 * @return the runs, in the same order; empty if there are no interceptors
	 * @throws IllegalStateException if there are interceptors and the thread must not
	 * block
	 * @throws RuntimeException the refusal of an interceptor, or of a host: nothing is
	 * sent
	 */
	public List<InterceptedRun> ask(String operation, List<AgentRequest> requests) {
		List<TinyFishRunInterceptor> all = this.interceptors.get();
		if (all.isEmpty()) {
			requests.forEach(this::requireAllowed);
			return List.of();
		}
		BlockingExecutor.requireBlockingThread(operation);
		return ask(all, operation, requests);
	}

	/**
	 * Call the interceptors for one run or several runs that are submitted together, on a
	 * worker thread if the subscribing thread must not block.
	 * @param operation the operation
	 * @param requests the requests
	 * @param caller the context of the subscriber
	 * @return the runs, in the same order; empty if there are no interceptors
	 */
	public Mono<List<InterceptedRun>> ask(String operation, List<AgentRequest> requests, CallerContext caller) {
		List<TinyFishRunInterceptor> all = this.interceptors.get();
		if (all.isEmpty()) {
			requests.forEach(this::requireAllowed);
			return Mono.just(List.of());
		}
		Mono<List<InterceptedRun>> asked = Mono.create((sink) -> {
			try {
				sink.success(caller.call(null, () -> ask(all, operation, requests)));
			}
			catch (Throwable ex) {
				// errors too, or the subscriber of a worker would wait forever
				sink.error(ex);
			}
		});
		return (isNonBlocking() ? asked.subscribeOn(Schedulers.boundedElastic()) : asked)
			// of a subscriber that has already cancelled
			.doOnDiscard(List.class, (runs) -> ((List<?>) runs).forEach((run) -> ((InterceptedRun) run).release()));
	}

	/**
	 * Return whether the thread must not block: a thread of Reactor or Netty, such as
	 * that of another client.
	 */
	private static boolean isNonBlocking() {
		return Schedulers.isInNonBlockingThread() || Thread.currentThread() instanceof FastThreadLocalThread;
	}

	private List<InterceptedRun> ask(List<TinyFishRunInterceptor> all, String operation, List<AgentRequest> requests) {
		List<InterceptedRun> asked = new ArrayList<>(requests.size());
		try {
			for (AgentRequest request : requests) {
				RunSubmission submission = RunSubmission.of(operation, request);
				asked.add(InterceptedRun.ask(all, submission, false, this.delivery));
				requireAllowed(asked.get(asked.size() - 1).request());
			}
			this.open.run();
			return asked;
		}
		catch (Throwable ex) {
			asked.forEach(InterceptedRun::release);
			throw ex;
		}
	}

	/**
	 * Return the interceptors as one, for runs that this client does not submit.
	 * @param unchanged whether each of them receives the request as it was submitted
	 * @return the interceptor, which also calls them with the outcome; or null without
	 * interceptors if all hosts are allowed
	 */
	public @Nullable TinyFishRunInterceptor chain(boolean unchanged) {
		List<TinyFishRunInterceptor> all = this.interceptors.get();
		return (all.isEmpty() && this.allowedHosts == AllowedHosts.any()) ? null
				: new InterceptorChain(all, unchanged, this.delivery);
	}

	/**
	 * Check the host of a run.
	 * @param request the request as it is to be sent
	 * @throws TinyFishHostNotAllowedException if the host is not allowed
	 */
	public void requireAllowed(AgentRequest request) {
		this.allowedHosts.check("url", request.url());
	}

}
