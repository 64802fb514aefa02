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

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import reactor.core.publisher.Flux;

import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * Strategy interface for relaying the application events of single runs to browsers as
 * server-sent events. The relay stores events as soon as it has been injected somewhere,
 * so that late subscribers receive the earlier events.
 * <p>
 * The name of each event is the simple name of its class, its id is unique, and its data
 * is the {@link TinyFishRunEvent}. In between, comments keep the connection alive. The
 * stream ends after the run's {@link TinyFishRunFinishedEvent} or
 * {@link TinyFishRunErrorEvent}, and when the application stops.
 * <p>
 * A slow subscriber may miss some of the progress. It delays neither the run nor other
 * subscribers. Events are emitted on Reactor's parallel threads, which must not be
 * blocked.
 *
 * @since 0.1.0
 */
public interface RunEventRelay {

	/**
	 * Return the events of a run: first the stored ones, then the others as they are
	 * published. They are the events that listeners receive, with the whole URL of the
	 * run and all properties of its outcome.
	 * @param request the request
	 * @return the events and comments, for any number of subscribers
	 * @throws TinyFishUnknownRunException if the run is unknown; Spring MVC and WebFlux
	 * respond with 404
	 * @throws ResponseStatusException with 503 and a reason if the maximum number of
	 * streams is open and none can be closed in favor of this one
	 */
	Flux<ServerSentEvent<TinyFishRunEvent>> events(RelayRequest request);

	/**
	 * Return a response of WebFlux with the events of a run. Each event is rendered once
	 * for all browsers, without user information, query and fragment of the run's URL,
	 * and without additional properties of its outcome. The connection of a browser that
	 * does not read is closed. Another implementation need not override this method: its
	 * {@link #events} are then rendered for each browser.
	 * @param request the request
	 * @return the response, to be returned by a controller or a handler function
	 * @throws TinyFishUnknownRunException if the run is unknown; WebFlux responds with
	 * 404
	 * @throws ResponseStatusException with 503 and a reason if the maximum number of
	 * streams is open and none can be closed in favor of this one
	 */
	default ServerResponse response(RelayRequest request) {
		return new EventResponse(EventWriter.DEFAULT.stream(events(request)));
	}

}
