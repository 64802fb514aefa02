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

import java.time.Duration;

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * Strategy interface for relaying the application events of single runs to browsers as
 * server-sent events. It remembers events from the time that it is injected somewhere, so
 * that late subscribers receive the earlier events.
 * <p>
 * Of each event, the name is the simple name of its class, the id is one that no other
 * event of the run has, and the data is the {@link TinyFishRunEvent}, which the
 * application's JSON mapper writes. It is as listeners have it, but for the URL of the
 * run, which has neither user, password, query nor fragment, and for the outcome, which
 * has no additional properties, nor has its error; an event of a class that is none of
 * ours is passed on as it is. In between, comments keep the connection alive. The stream
 * ends after the run's {@link TinyFishRunFinishedEvent} or {@link TinyFishRunErrorEvent},
 * and also when the application stops.
 * <p>
 * A slow subscriber may miss some of the progress. It delays neither the run nor other
 * subscribers. Events are emitted on Reactor's parallel threads, which must not be
 * blocked.
 */
public interface RunEventRelay {

	/**
	 * Return the events of a run: first those that have happened, then the others as they
	 * happen.
	 * @param runId the run, which need not have been heard of yet if this application has
	 * just started it
	 * @return the events and comments, for any number of subscribers
	 * @throws TinyFishUnknownRunException if the run is unknown; Spring MVC and WebFlux
	 * respond with 404
	 * @throws ResponseStatusException with 503 and a reason, if the run, or all runs
	 * together, are watched by as many subscribers as there may be
	 */
	default Flux<ServerSentEvent<TinyFishRunEvent>> events(String runId) {
		return events(runId, null);
	}

	/**
	 * Return the events of a run for a browser that may have some of them already.
	 * @param runId the run, which need not have been heard of yet if this application has
	 * just started it
	 * @param lastEventId the {@code Last-Event-ID} that the browser sent: the id of the
	 * last event that it has. With null, and with an id that is not one of this run's, it
	 * gets all stored events.
	 * @return the events and comments, for any number of subscribers
	 * @throws TinyFishUnknownRunException if the run is unknown; Spring MVC and WebFlux
	 * respond with 404
	 * @throws ResponseStatusException with 503 and a reason, if the run, or all runs
	 * together, are watched by as many subscribers as there may be
	 */
	Flux<ServerSentEvent<TinyFishRunEvent>> events(String runId, @Nullable String lastEventId);

	/**
	 * Write the events of a run to a response, such as of a WebFlux controller that has
	 * the response as an argument. Each event is rendered once for all browsers, and a
	 * browser that reads nothing for 30 seconds is dropped. With {@link #events} as the
	 * body, WebFlux renders each event for each browser, and stores the data that a
	 * browser does not read. A relay of the application's own need not implement this:
	 * its {@link #events} are then written by Jackson's defaults, and are rendered and
	 * kept for each browser.
	 * @param runId the run, which need not have been heard of yet if this application has
	 * just started it
	 * @param lastEventId the {@code Last-Event-ID} that the browser sent, or null
	 * @param response the response
	 * @return completes when all has been written
	 * @throws TinyFishUnknownRunException if the run is unknown; WebFlux responds with
	 * 404
	 * @throws ResponseStatusException with 503 and a reason, if the run, or all runs
	 * together, are watched by as many subscribers as there may be
	 */
	default Mono<Void> write(String runId, @Nullable String lastEventId, ServerHttpResponse response) {
		EventFrames frames = new EventFrames(JsonMapper.shared());
		return new EventFrames.ReactiveWriter(response, Duration.ofSeconds(30), () -> {
		}).write(events(runId, lastEventId).map(frames::render));
	}

}
