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
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Emitters that never block.
 */
final class DefaultRunEventEmitters implements RunEventEmitters {

	private final RunEventRelay relay;

	private final EventWriter writer;

	DefaultRunEventEmitters(RunEventRelay relay, EventWriter writer) {
		this.relay = relay;
		this.writer = writer;
	}

	@Override
	public SseEmitter emitter(RelayRequest request) {
		return (this.relay instanceof DefaultRunEventRelay shared) ? new NonBlockingSseEmitter(shared.stream(request))
				: emitter(this.relay.events(request));
	}

	@Override
	public SseEmitter emitter(Flux<? extends ServerSentEvent<?>> events) {
		return new NonBlockingSseEmitter(this.writer.stream(events));
	}

}
