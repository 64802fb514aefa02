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

import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Relays the application events of single runs to browsers by Spring MVC. What they get
 * is what {@link RunEventRelay} says.
 * <p>
 * An emitter is to be returned by a controller. It asks proxies not to buffer the answer,
 * and has no timeout of its own: the run has one, and a browser that has gone is noticed
 * when the next event or comment is written. What is there at once may be written on the
 * thread of the request, the rest is written on threads that serve nothing else.
 */
public interface RunEventEmitters {

	/**
	 * The events of a run: first those that have happened, then the others as they
	 * happen.
	 * @param runId the run, which need not have been heard of yet if this application has
	 * just started it
	 * @return what to return from a controller
	 * @throws TinyFishUnknownRunException if nothing is known of the run; Spring MVC
	 * answers with 404
	 */
	default SseEmitter emitter(String runId) {
		return emitter(runId, null);
	}

	/**
	 * The events of a run for a browser that may have some of them already.
	 * @param runId the run, which need not have been heard of yet if this application has
	 * just started it
	 * @param lastEventId the {@code Last-Event-ID} that the browser sent: the id of the
	 * last event that it has. With null, and with an id that is none of this run's, it
	 * gets all that are remembered.
	 * @return what to return from a controller
	 * @throws TinyFishUnknownRunException if nothing is known of the run; Spring MVC
	 * answers with 404
	 */
	SseEmitter emitter(String runId, @Nullable String lastEventId);

}
