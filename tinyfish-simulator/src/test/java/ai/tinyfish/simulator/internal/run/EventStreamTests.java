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

package ai.tinyfish.simulator.internal.run;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.api.Traffic;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class EventStreamTests {

	private final RunStore store = new RunStore(10, Clock.systemUTC());

	private final RunEngine engine = new RunEngine(this.store, Clock.systemUTC(), Duration.ZERO, () -> "http://here");

	private final Traffic traffic = new Traffic();

	@AfterEach
	void close() {
		this.engine.close(Duration.ofSeconds(5));
	}

	@Test
	void heartbeatsDoNotPileUpBeforeAReaderThatAsksForNothing() {
		EventStream stream = new EventStream(this.engine, Duration.ofMillis(1), this.traffic);
		RunScript script = new RunScript(List.of("One", "Two"), "1", null, Duration.ofMillis(100));
		Run run = this.engine.submit(submission(), script, new FaultPlan(List.of()), stream, null);
		List<String> frames = new CopyOnWriteArrayList<>();
		SlowReader reader = new SlowReader(frames);
		stream.content((all) -> all.map(EventStream.Frame::buffer)).subscribe(reader);
		run.outcome().join();
		assertThat(frames).isEmpty();
		assertThat(this.traffic.openStreams()).isEqualTo(1);
		reader.request(Long.MAX_VALUE);
		await().until(() -> this.traffic.openStreams() == 0);
		assertThat(frames.stream().filter((frame) -> !frame.contains("HEARTBEAT"))).hasSize(5);
		// at most the one that came before the first event
		assertThat(frames).hasSizeLessThanOrEqualTo(6);
		assertThat(frames.get(frames.size() - 1)).startsWith("data: {").contains("COMPLETE").endsWith("}\n\n");
	}

	@Test
	void readerThatCancelsIsCountedAndTheRunGoesOn() {
		EventStream stream = new EventStream(this.engine, Duration.ofHours(1), this.traffic);
		RunScript script = new RunScript(List.of("One"), "1", null, Duration.ofMillis(50));
		SlowReader reader = new SlowReader(new CopyOnWriteArrayList<>());
		stream.content((all) -> all.map(EventStream.Frame::buffer)).subscribe(reader);
		Run run = this.engine.submit(submission(), script, new FaultPlan(List.of()), stream, null);
		reader.cancel();
		assertThat(this.traffic.openStreams()).isZero();
		assertThat(this.traffic.droppedStreams()).isEqualTo(1);
		assertThat(run.outcome().join().state()).isEqualTo(RunState.COMPLETED);
	}

	private static Submission submission() {
		return new Submission(Endpoint.RUN_SSE, "Look", "https://a.example", "lite", null, null, 150, null, null,
				false);
	}

	private static final class SlowReader extends BaseSubscriber<ByteBuf> {

		private final List<String> frames;

		private SlowReader(List<String> frames) {
			this.frames = frames;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// asks for nothing yet
		}

		@Override
		protected void hookOnNext(ByteBuf frame) {
			this.frames.add(frame.toString(StandardCharsets.UTF_8));
			frame.release();
		}

	}

}
