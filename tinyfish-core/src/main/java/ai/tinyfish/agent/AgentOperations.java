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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishTooManyRunsException;
import ai.tinyfish.error.TinyFishTooManyStreamsException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TypedRun;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Operations that run the agent. Every operation starts a run, which may be billed, and
 * is sent once: it is only repeated if the service has confirmed, or it is certain, that
 * no run was started. No further runs are accepted once the application stops.
 *
 * @since 0.1.0
 */
public interface AgentOperations {

	/**
	 * Run the agent and wait for the outcome ({@code POST /v1/automation/run}). The
	 * service returns the run id only in its response: if that response is lost, the run
	 * cannot be found by its id. {@code start(request).await()} waits in the same way but
	 * knows the run's id from its beginning.
	 * @param request the request
	 * @return the outcome: completed or failed
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and no place
	 * becomes free within the maximum wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	AgentRun run(AgentRequest request);

	/**
	 * Run the agent, request a result of a type, and wait for the outcome. Shorthand for
	 * {@code run(request.withOutputType(type)).typed(type)}, but a request keeps its own
	 * output schema. To stream, start or queue such a run, send
	 * {@link AgentRequest#withOutputType(Class)} and read the outcome as
	 * {@link AgentRun#typed(Class) typed}.
	 * @param <T> the type of the result
	 * @param request the request
	 * @param type the type of the result, such as a record
	 * @return the outcome and its value
	 * @throws IllegalArgumentException if no schema can be created for the type; nothing
	 * was sent
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and no place
	 * becomes free within the maximum wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	default <T> TypedRun<T> run(AgentRequest request, Class<T> type) {
		return run(AgentRequestFields.expecting(request, type)).typed(type);
	}

	/**
	 * Run the agent, request a result of a generic type, and wait for the outcome: as
	 * {@link #run(AgentRequest, Class)}.
	 * @param <T> the type of the result
	 * @param request the request
	 * @param type the type of the result
	 * @return the outcome and its value
	 * @throws IllegalArgumentException if no schema can be created for the type; nothing
	 * was sent
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and no place
	 * becomes free within the maximum wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	default <T> TypedRun<T> run(AgentRequest request, ParameterizedTypeReference<T> type) {
		return run(AgentRequestFields.expecting(request, type.getType())).typed(type);
	}

	/**
	 * Queue a run and do not wait ({@code POST /v1/automation/run-async}).
	 * @param request the request
	 * @return the queued run, or the error that kept the service from queueing it
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	QueuedRun queue(AgentRequest request);

	/**
	 * Queue runs, 100 with each call, and do not wait
	 * ({@code POST /v1/automation/run-batch}). The service accepts all requests of a call
	 * or none. If it does not accept them, or if this is not known, the result says so,
	 * and the requests after them are not sent. Nothing is sent again.
	 * @param requests the requests; if empty, the result is empty and nothing is sent
	 * @return the requests that have a run, and the reason why the others do not
	 * @throws IllegalArgumentException if the requests differ in their output schema: the
	 * service accepts one for all
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent. Once some
	 * are queued, the result says so instead
	 */
	QueuedBatch queueAll(List<AgentRequest> requests);

	/**
	 * Run the agent and read its events ({@code POST /v1/automation/run-sse}). Returns
	 * when the service has accepted the request.
	 * @param request the request
	 * @return the events; to be closed
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws TinyFishTooManyStreamsException if too many streams are open; nothing was
	 * sent
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and no place
	 * becomes free within the maximum wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	AgentStream stream(AgentRequest request);

	/**
	 * Run the agent and read its events. Each event is passed to a listener just before
	 * it is returned.
	 * @param request the request
	 * @param listener is called on the iterating thread; its exceptions reach the caller
	 * @return the events; to be closed
	 * @throws TinyFishApiException if the run was not accepted
	 * @throws TinyFishRunOutcomeUnknownException if a run may have been started, but the
	 * response is lost
	 * @throws TinyFishTooManyStreamsException if too many streams are open; nothing was
	 * sent
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and no place
	 * becomes free within the maximum wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, if no more
	 * runs are accepted, or on a thread that must not block; nothing was sent
	 */
	AgentStream stream(AgentRequest request, TinyFishRunListener listener);

	/**
	 * Run the agent in the background. Never waits; the handle reports failures after the
	 * request is sent.
	 * <p>
	 * The client's threads are daemons. If nothing else keeps the JVM alive, for example
	 * in a command-line application, wait with {@link RunHandle#await()}, or set
	 * {@code spring.main.keep-alive} in Spring Boot.
	 * @param request the request
	 * @return the run
	 * @throws TinyFishTooManyStreamsException if too many streams are open; nothing was
	 * sent
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and further
	 * runs do not wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, or if no more
	 * runs are accepted; nothing was sent
	 */
	RunHandle start(AgentRequest request);

	/**
	 * Run the agent in the background and notify a listener of its events.
	 * <p>
	 * The client's threads are daemons. If nothing else keeps the JVM alive, for example
	 * in a command-line application, wait with {@link RunHandle#await()}, or set
	 * {@code spring.main.keep-alive} in Spring Boot.
	 * @param request the request
	 * @param listener is called on the event executor
	 * @return the run
	 * @throws TinyFishTooManyStreamsException if too many streams are open; nothing was
	 * sent
	 * @throws TinyFishTooManyRunsException if too many runs are in flight and further
	 * runs do not wait; nothing was sent
	 * @throws IllegalStateException if the client is closed or has no key, or if no more
	 * runs are accepted; nothing was sent
	 */
	RunHandle start(AgentRequest request, TinyFishRunListener listener);

}
