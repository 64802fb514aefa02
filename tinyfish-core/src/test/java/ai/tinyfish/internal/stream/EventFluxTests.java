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

package ai.tinyfish.internal.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.internal.stream.EventFlux.EventDecoder;
import ai.tinyfish.internal.wire.SseEventTooLargeException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EventFluxTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final List<String> last = new CopyOnWriteArrayList<>();

	private final List<String> read = new ArrayList<>();

	private final List<Integer> chunks = new ArrayList<>();

	private final AtomicBoolean cancelled = new AtomicBoolean();

	@Test
	void eventsBeforeOneOverTheLimitAreHandedOutAndNothingIsReadAfterIt() {
		Flux<String> events = events(
				(buffer, offset, length) -> new String(buffer, offset, length, StandardCharsets.UTF_8), "data: a\n",
				"\ndata: b\n\ndata: 12345678901\n\ndata: c\n\n", "data: d\n\n");
		assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> events.blockLast(SOON));
		assertThat(this.read).containsExactly("a", "b");
		assertThat(this.cancelled).isTrue();
		assertThat(this.chunks).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void eventsBeforeOneThatCannotBeDecodedAreHandedOutAndNothingIsReadAfterIt() {
		Flux<String> events = events((buffer, offset, length) -> {
			if (length > 1) {
				throw new IllegalStateException("mine");
			}
			return new String(buffer, offset, length, StandardCharsets.UTF_8);
		}, "data: a\n\ndata: b\n\ndata: no\n\ndata: c\n\n", "data: d\n\n");
		assertThatIllegalStateException().isThrownBy(() -> events.blockLast(SOON)).withMessage("mine");
		assertThat(this.read).containsExactly("a", "b");
		assertThat(this.cancelled).isTrue();
	}

	@Test
	void whatTheDecoderTakesForNoEventIsLeftOut() {
		Flux<String> events = events(
				(buffer, offset, length) -> (length == 0) ? null
						: new String(buffer, offset, length, StandardCharsets.UTF_8),
				"data\n\ndata: a\n\ndata:\n\n", "data: b\n\n");
		assertThat(events.take(2).collectList().block(SOON)).containsExactly("a", "b");
	}

	@Test
	void everySubscriptionReadsFromTheBeginning() {
		Flux<String> events = EventFlux.of(Flux.just("data: a\n\ndata: ha".getBytes(StandardCharsets.UTF_8)), 10,
				(buffer, offset, length) -> new String(buffer, offset, length, StandardCharsets.UTF_8), this::last);
		assertThat(events.collectList().block(SOON)).containsExactly("a");
		assertThat(events.collectList().block(SOON)).containsExactly("a");
		// what is no event for want of its end
		assertThat(this.last).containsExactly("ha", "ha");
	}

	/**
	 * Events of up to ten bytes, from a body that does not end on its own.
	 */
	private Flux<String> events(EventDecoder<String> decoder, String... body) {
		// with a field's name
		int limit = "data: ".length() + 10;
		Flux<byte[]> bytes = Flux.fromArray(body)
			.map((chunk) -> chunk.getBytes(StandardCharsets.UTF_8))
			.concatWith(Flux.never())
			.doOnNext((chunk) -> this.chunks.add(chunk.length))
			.doOnCancel(() -> this.cancelled.set(true));
		return EventFlux.of(bytes, limit, decoder, this::last).doOnNext(this.read::add);
	}

	private void last(byte[] buffer, int offset, int length) {
		this.last.add(new String(buffer, offset, length, StandardCharsets.UTF_8));
	}

}
