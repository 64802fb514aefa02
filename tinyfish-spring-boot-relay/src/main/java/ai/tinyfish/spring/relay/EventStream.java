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

import java.nio.ByteBuffer;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Server-sent events of one run that can be written to a browser.
 */
interface EventStream {

	/**
	 * Write the events.
	 * @param output writes slices of them one after the other, and completes when all
	 * were written. It is cancelled if the browser does not read.
	 * @return completes when all events were written, or when the output was cancelled
	 */
	Mono<Void> writeTo(Function<Flux<ByteBuffer>, Mono<Void>> output);

}
