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

import java.io.IOException;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Writes events to one browser.
 */
final class RunEventEmitter extends SseEmitter {

	private static final Logger logger = LoggerFactory.getLogger(RunEventEmitter.class);

	private static final long NO_TIMEOUT = 0;

	private final Flux<ServerSentEvent<TinyFishRunEvent>> events;

	private final Writer writer = new Writer();

	/**
	 * Create a new emitter.
	 * @param events the events, handed out on a thread that may block
	 */
	RunEventEmitter(Flux<ServerSentEvent<TinyFishRunEvent>> events) {
		super(NO_TIMEOUT);
		this.events = events;
		onCompletion(this.writer::cancel);
		onError((ex) -> this.writer.cancel());
	}

	/**
	 * Not before the emitter is used are there events: one that a controller drops keeps
	 * nothing.
	 */
	@Override
	protected void extendResponse(ServerHttpResponse response) {
		super.extendResponse(response);
		response.getHeaders().setCacheControl(CacheControl.noStore());
		response.getHeaders().set("X-Accel-Buffering", "no");
		this.events.subscribe(this.writer);
	}

	private void write(ServerSentEvent<TinyFishRunEvent> event) throws IOException {
		SseEventBuilder builder = event();
		if (event.comment() != null) {
			builder.comment(event.comment());
		}
		if (event.id() != null) {
			builder.id(event.id());
		}
		if (event.event() != null) {
			builder.name(event.event());
		}
		if (event.data() != null) {
			builder.data(event.data(), MediaType.APPLICATION_JSON);
		}
		send(builder);
	}

	private final class Writer extends BaseSubscriber<ServerSentEvent<TinyFishRunEvent>> {

		@Override
		protected void hookOnNext(ServerSentEvent<TinyFishRunEvent> event) {
			try {
				write(event);
			}
			catch (IOException ex) {
				// the server ends the request, as it knows as well
				logger.debug("A browser has gone that watched a run", ex);
				cancel();
			}
			catch (IllegalStateException ex) {
				cancel();
				completeWithError(ex);
			}
		}

		@Override
		protected void hookOnComplete() {
			complete();
		}

		@Override
		protected void hookOnError(Throwable ex) {
			completeWithError(ex);
		}

	}

}
