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

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.stream.EventStreamReader.EventDecoder;
import ai.tinyfish.internal.stream.OpenStreams.StreamPermit;
import ai.tinyfish.internal.wire.ExchangeSubscription;
import ai.tinyfish.internal.wire.SseEventTooLargeException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class EventStreamReaderTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final List<String> last = new CopyOnWriteArrayList<>();

	private final List<String> read = new ArrayList<>();

	private final List<Integer> chunks = new ArrayList<>();

	private final AtomicBoolean cancelled = new AtomicBoolean();

	private final TestPublisher<byte[]> body = TestPublisher.create();

	@Test
	void eventsBeforeOneOverTheLimitAreHandedOutAndNothingIsReadAfterIt() {
		Flux<String> events = events(EventStreamReaderTests::text, "data: a\n",
				"\ndata: b\n\ndata: 12345678901\n\n" + "data: c\n\n", "data: d\n\n");
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
			return text(buffer, offset, length);
		}, "data: a\n\ndata: b\n\ndata: no\n\ndata: c\n\n", "data: d\n\n");
		assertThatIllegalStateException().isThrownBy(() -> events.blockLast(SOON)).withMessage("mine");
		assertThat(this.read).containsExactly("a", "b");
		assertThat(this.cancelled).isTrue();
	}

	@Test
	void anErrorInTheDecoderEndsTheStream() {
		Flux<String> events = events((buffer, offset, length) -> {
			throw new NoClassDefFoundError("mine");
		}, "data: a\n\n");
		StepVerifier.create(events).expectError(NoClassDefFoundError.class).verify(SOON);
		assertThat(this.cancelled).isTrue();
	}

	@Test
	void dataThatTheDecoderTakesForNoEventIsLeftOut() {
		Flux<String> events = events((buffer, offset, length) -> (length == 0) ? null : text(buffer, offset, length),
				"data\n\ndata: a\n\ndata:\n\n", "data: b\n\n");
		assertThat(events.take(2).collectList().block(SOON)).containsExactly("a", "b");
	}

	@Test
	void anEventWithoutItsEndIsNotHandedOutLikeTheOthers() {
		Flux<String> events = read(new EventStreamReader(SOON), Flux.just(bytes("data: a\n\ndata: ha")));
		assertThat(events.collectList().block(SOON)).containsExactly("a");
		assertThat(this.last).containsExactly("ha");
		assertThatIllegalStateException().isThrownBy(() -> events.blockLast(SOON));
	}

	@Test
	void anEventWithoutItsEndIsHandedOutWhereTheStreamBreaks() {
		StepVerifier.create(read(new EventStreamReader(SOON), this.body.flux()))
			.then(() -> this.body.next(bytes("data: ha")).error(new IllegalStateException("reset")))
			.expectErrorMessage("reset")
			.verify(SOON);
		assertThat(this.last).containsExactly("ha");
	}

	@Test
	void theNextChunkIsAskedForWhenTheEventsOfTheLastOneWereTaken() {
		StepVerifier.create(read(new EventStreamReader(SOON), this.body.flux()), 1)
			.then(() -> this.body.assertMinRequested(1).next(bytes("data: a\n\ndata: b\n\n")))
			.expectNext("a")
			.then(() -> this.body.assertMaxRequested(0))
			.thenRequest(1)
			.expectNext("b")
			// although no more was requested
			.then(() -> this.body.assertMinRequested(1).next(bytes("data: c\n\n")).complete())
			.then(() -> this.body.assertMaxRequested(0))
			.thenRequest(1)
			.expectNext("c")
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void aPermitThatIsCompletedDoesNotKeepTheDataReadWithIt() {
		StreamPermit permit = new OpenStreams(1, new ClientLifecycle()).register(SOON);
		WeakReference<Object> reading = read(permit);
		permit.complete();
		await().atMost(SOON).until(() -> {
			System.gc();
			return reading.get() == null;
		});
		Reference.reachabilityFence(permit);
	}

	private WeakReference<Object> read(StreamPermit permit) {
		BaseSubscriber<List<String>> subscriber = new BaseSubscriber<>() {
		};
		permit.read(Flux.never(), 10, EventStreamReaderTests::text, this::last).subscribe(subscriber);
		return new WeakReference<>(subscriber);
	}

	@Test
	void silenceCountsOnlyWhileDataIsAskedFor() {
		Duration idleTimeout = Duration.ofMillis(200);
		StepVerifier.create(read(new EventStreamReader(idleTimeout), this.body.flux()), 0)
			.expectSubscription()
			.then(() -> this.body.next(bytes("data: a\n\n")))
			.expectNoEvent(idleTimeout.multipliedBy(3))
			.thenRequest(1)
			.expectNext("a")
			.expectError(StreamIdleException.class)
			.verify(SOON);
		this.body.assertCancelled();
	}

	@Test
	void oneThatIsStoppedFailsAtOnceAndDoesNotWaitForDemand() {
		EventStreamReader reader = new EventStreamReader(SOON);
		StepVerifier.create(read(reader, this.body.flux()), 0)
			.then(() -> this.body.next(bytes("data: a\n\n")))
			.then(() -> reader.stop(new IllegalStateException("mine")))
			.expectErrorMessage("mine")
			.verify(SOON);
		this.body.assertCancelled();
	}

	@Test
	void oneThatWasStoppedBeforeItIsReadClosesItsConnection() {
		EventStreamReader reader = new EventStreamReader(SOON);
		reader.stop(new IllegalStateException("mine"));
		StepVerifier.create(read(reader, this.body.flux())).expectErrorMessage("mine").verify(SOON);
		this.body.assertCancelled();
	}

	@Test
	void oneThatIsCompletedByItsDecoderHandsOutTheEventsBefore() {
		EventStreamReader reader = new EventStreamReader(SOON);
		EventDecoder<String> decoder = (buffer, offset, length) -> {
			String text = text(buffer, offset, length);
			if (text.equals("end")) {
				reader.complete();
				return null;
			}
			return text;
		};
		StepVerifier.create(read(reader, this.body.flux(), 100, decoder), 1)
			.then(() -> this.body.next(bytes("data: a\n\ndata: b\n\ndata: end\n\n")))
			.expectNext("a")
			// which comes too late
			.then(() -> reader.stop(new IllegalStateException("mine")))
			.thenRequest(1)
			.expectNext("b")
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void theRestOfTheBodyIsDroppedWithoutDemandAndWithoutALookAtIt() {
		EventStreamReader reader = new EventStreamReader(SOON);
		StepVerifier.create(read(reader, this.body.flux()), 0)
			.then(() -> this.body.next(bytes("data: a\n\n")))
			.then(reader::complete)
			.then(() -> this.body.assertMinRequested(2)
				.next(bytes("data: b\n\n"))
				.next(new byte[1000])
				.error(new IllegalStateException("reset")))
			.thenRequest(1)
			.expectNext("a")
			.expectComplete()
			.verify(SOON);
		assertThat(this.last).isEmpty();
		this.body.assertWasNotCancelled();
	}

	@Test
	void aBodyThatGoesOnForLongIsClosed() {
		EventStreamReader reader = new EventStreamReader(SOON);
		StepVerifier.create(read(reader, this.body.flux()))
			.then(reader::complete)
			.then(() -> this.body.next(new byte[64 * 1024]))
			.then(this.body::assertWasNotCancelled)
			.then(() -> this.body.next(new byte[1]).assertCancelled())
			.expectComplete()
			.verify(SOON);
	}

	@Test
	void aBodyThatStaysSilentIsClosed() {
		EventStreamReader reader = new EventStreamReader(SOON);
		StepVerifier.create(read(reader, this.body.flux())).then(reader::complete).expectComplete().verify(SOON);
		await().atMost(SOON).untilAsserted(this.body::assertCancelled);
	}

	@Test
	void aConnectionWhoseThreadHasEndedDoesNotKeepTheStreamFromEnding() {
		EventStreamReader completed = new EventStreamReader(SOON);
		StepVerifier.create(read(completed, endedAfter(1))).then(completed::complete).expectComplete().verify(SOON);
		EventStreamReader stopped = new EventStreamReader(SOON);
		StepVerifier.create(read(stopped, endedAfter(1)))
			.then(() -> stopped.stop(new IllegalStateException("mine")))
			.expectErrorMessage("mine")
			.verify(SOON);
		EventStreamReader silent = new EventStreamReader(SOON);
		StepVerifier.create(read(silent, endedAfter(0)))
			.then(() -> silent.stop(new IllegalStateException("mine")))
			.expectErrorMessage("mine")
			.verify(SOON);
	}

	/**
	 * A body whose event loop refuses all calls after some requests.
	 */
	private static Flux<byte[]> endedAfter(int requests) {
		return ExchangeSubscription.of(Flux.from((subscriber) -> subscriber.onSubscribe(new Subscription() {

			private int left = requests;

			@Override
			public void request(long n) {
				if (this.left-- <= 0) {
					throw new RejectedExecutionException("event executor terminated");
				}
			}

			@Override
			public void cancel() {
				throw new RejectedExecutionException("event executor terminated");
			}

		})));
	}

	/**
	 * Events of up to ten bytes, from a body that does not end on its own.
	 */
	private Flux<String> events(EventDecoder<String> decoder, String... body) {
		// with a field's name
		int limit = "data: ".length() + 10;
		Flux<byte[]> bytes = Flux.fromArray(body)
			.map(EventStreamReaderTests::bytes)
			.concatWith(Flux.never())
			.doOnNext((chunk) -> this.chunks.add(chunk.length))
			.doOnCancel(() -> this.cancelled.set(true));
		return read(new EventStreamReader(SOON), bytes, limit, decoder).doOnNext(this.read::add);
	}

	private Flux<String> read(EventStreamReader reader, Flux<byte[]> body) {
		return read(reader, body, 100, EventStreamReaderTests::text);
	}

	/**
	 * Read as clients do.
	 */
	private Flux<String> read(EventStreamReader reader, Flux<byte[]> body, int limit, EventDecoder<String> decoder) {
		return reader.read(body, limit, decoder, this::last).concatMapIterable(Function.identity(), 1);
	}

	private void last(byte[] buffer, int offset, int length) {
		this.last.add(text(buffer, offset, length));
	}

	private static String text(byte[] buffer, int offset, int length) {
		return new String(buffer, offset, length, StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
