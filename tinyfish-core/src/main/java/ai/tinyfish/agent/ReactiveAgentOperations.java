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

package ai.tinyfish.agent;

import java.util.List;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.settings.AbandonPolicy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Operations that run the agent, without blocking. Nothing is sent before there is a
 * subscriber, and each subscription starts its own run, which may be billed: a
 * {@code retry()} or {@code repeat()} on these publishers starts another run. The client
 * itself sends a request again only if the service has confirmed, or it is certain, that
 * no run was started. A request that is not valid is refused when the method is called.
 * <p>
 * All of them fail with {@link IllegalStateException}, and send nothing, if the client is
 * closed or has no key, or if no more runs are accepted since the application stops.
 *
 * @since 0.1.0
 */
public interface ReactiveAgentOperations {

	/**
	 * Run the agent ({@code POST /v1/automation/run}). The service returns the run id
	 * only in its response: if that response is lost, the run cannot be found by its id.
	 * {@link #start} and {@link #stream} know it from the beginning.
	 * @param request the request
	 * @return the outcome: completed or failed. Fails with {@link TinyFishApiException}
	 * if the run was not accepted, with {@link TinyFishTooManyRunsException} if too many
	 * runs are in flight and no place becomes free within the maximum wait, so that
	 * nothing was sent, and with {@link TinyFishRunOutcomeUnknownException} if a run may
	 * have been started, but the response is lost. Cancelling closes the connection and
	 * does not cancel such a run
	 */
	Mono<AgentRun> run(AgentRequest request);

	/**
	 * Run the agent and request a result of a type. Shorthand for
	 * {@code run(request.withOutputType(type)).map((run) -> run.typed(type))}, but a
	 * request keeps its own output schema. To stream, start or queue such a run, send
	 * {@link AgentRequest#withOutputType(Class)} and read the outcome as
	 * {@link AgentRun#typed(Class) typed}.
	 * @param <T> the type of the result
	 * @param request the request
	 * @param type the type of the result, such as a record
	 * @return the outcome and its value; fails as {@link #run(AgentRequest)} does
	 * @throws IllegalArgumentException if no schema can be created for the type
	 */
	default <T> Mono<TypedRun<T>> run(AgentRequest request, Class<T> type) {
		return run(AgentRequestFields.expecting(request, type)).map((run) -> run.typed(type));
	}

	/**
	 * Run the agent and request a result of a generic type: as
	 * {@link #run(AgentRequest, Class)}.
	 * @param <T> the type of the result
	 * @param request the request
	 * @param type the type of the result
	 * @return the outcome and its value; fails as {@link #run(AgentRequest)} does
	 * @throws IllegalArgumentException if no schema can be created for the type
	 */
	default <T> Mono<TypedRun<T>> run(AgentRequest request, ParameterizedTypeReference<T> type) {
		return run(AgentRequestFields.expecting(request, type.getType())).map((run) -> run.typed(type));
	}

	/**
	 * Queue a run and do not wait ({@code POST /v1/automation/run-async}).
	 * @param request the request
	 * @return the queued run, or the error that kept the service from queueing it. Fails
	 * with {@link TinyFishApiException} if the run was not accepted, and with
	 * {@link TinyFishRunOutcomeUnknownException} if a run may have been started, but the
	 * response is lost
	 */
	Mono<QueuedRun> queue(AgentRequest request);

	/**
	 * Queue runs, 100 with each call, and do not wait
	 * ({@code POST /v1/automation/run-batch}). The service accepts all requests of a call
	 * or none. If it does not accept them, or if this is not known, the result says so,
	 * and the requests after them are not sent. Nothing is sent again.
	 * @param requests the requests; if empty, the result is empty and nothing is sent
	 * @return the requests that have a run, and the reason why the others do not. After a
	 * cancel or a timeout it is not known which were queued before. Once some are queued,
	 * it no longer fails
	 * @throws IllegalArgumentException if the requests differ in their output schema: the
	 * service accepts one for all
	 */
	Mono<QueuedBatch> queueAll(List<AgentRequest> requests);

	/**
	 * Run the agent and return its events ({@code POST /v1/automation/run-sse}). They
	 * arrive on threads of the client that must not be blocked. A subscriber that
	 * requests few events slows the service down; its stream does not count as idle.
	 * <p>
	 * Operators that need only some of the events, such as {@code next()} and
	 * {@code take(n)}, cancel as soon as they have them: the run is billed, but its
	 * result is not read. If the run should continue, use {@link #start}.
	 * @param request the request
	 * @return the events, the last of which is always a {@link CompleteEvent}. Fails with
	 * {@link TinyFishApiException} if the run was not accepted, with
	 * {@link TinyFishTooManyStreamsException} if too many streams are open, or
	 * {@link TinyFishTooManyRunsException} if too many runs are in flight and no place
	 * becomes free within the maximum wait, so that nothing was sent, with
	 * {@link TinyFishRunOutcomeUnknownException} if the stream breaks and the outcome
	 * cannot be read by polling the run, and with {@link TinyFishRunTimeoutException} if
	 * the run passed its deadline. Cancelling closes the connection; the remote run
	 * continues, unless the client cancels it ({@link AbandonPolicy})
	 */
	Flux<AgentEvent> stream(AgentRequest request);

	/**
	 * Run the agent in the background. Each subscription submits a run of its own, which
	 * the client follows to its outcome, even if no caller waits for it; its events go to
	 * the client's listeners. The handle arrives on a thread of the client that must not
	 * be blocked.
	 * <p>
	 * If the subscription is cancelled before the id is known, for example by
	 * {@code timeout} or by WebFlux for a disconnected browser, the run is withdrawn only
	 * if nothing was sent, such as while it waits for a place; listeners are notified of
	 * the error. Otherwise a run may exist. It continues in the background, and listeners
	 * are notified of its events as usual.
	 * @param request the request
	 * @return the run, as soon as its id is known. Fails with
	 * {@link TinyFishApiException} if the run was not accepted, with
	 * {@link TinyFishTooManyStreamsException} if too many streams are open, or
	 * {@link TinyFishTooManyRunsException} if too many runs are in flight and no place
	 * becomes free within the maximum wait, so that nothing was sent, with
	 * {@link TinyFishRunOutcomeUnknownException} if a run may have been started, but its
	 * id is not known, and with {@link TinyFishRunFailedException} if it ended without an
	 * id
	 */
	Mono<ReactiveRunHandle> start(AgentRequest request);

	/**
	 * Run the agent in the background and notify a listener of its events: as
	 * {@link #start(AgentRequest)}.
	 * @param request the request
	 * @param listener is called on the event executor, with the context of the subscriber
	 * @return the run, failing as {@link #start(AgentRequest)} does
	 */
	Mono<ReactiveRunHandle> start(AgentRequest request, TinyFishRunListener listener);

}
