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

package ai.tinyfish.spring.relay;

import reactor.core.publisher.Flux;

import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Strategy interface for relaying the application events of single runs to browsers with
 * Spring MVC.
 * <p>
 * A controller returns the emitter and does not send with it. The emitter asks proxies
 * not to buffer the response. It has no timeout, since the run has one. It never blocks:
 * a browser that does not read holds no thread, and its stream is closed. A disconnected
 * browser is noticed when the next event or comment is written.
 *
 * @since 0.1.0
 */
public interface RunEventEmitters {

	/**
	 * Create an emitter of the events of a run: first the stored ones, then the others as
	 * they are published. Each event is rendered once for all browsers, without user
	 * information, query and fragment of the run's URL, and without additional properties
	 * of its outcome.
	 * @param request the request
	 * @return the emitter, to be returned by a controller
	 * @throws TinyFishUnknownRunException if the run is unknown; Spring MVC responds with
	 * 404
	 * @throws ResponseStatusException with 503 and a reason if the maximum number of
	 * streams is open and none can be closed in favor of this one
	 */
	SseEmitter emitter(RelayRequest request);

	/**
	 * Create an emitter of events that the application has derived from those of a run.
	 * If a controller returned them as a {@link Flux}, each browser that does not read
	 * would block a thread of the application's executor. These events are rendered and
	 * kept for each browser, and should be small.
	 * @param events the events, such as {@link RunEventRelay#events} with other data;
	 * data that is not a string is written as JSON
	 * @return the emitter, to be returned by a controller
	 */
	SseEmitter emitter(Flux<? extends ServerSentEvent<?>> events);

}
