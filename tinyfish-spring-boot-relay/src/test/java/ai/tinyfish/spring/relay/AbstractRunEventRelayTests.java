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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of a relay with small limits.
 */
@Timeout(60)
abstract class AbstractRunEventRelayTests {

	static final Duration PATIENCE = Duration.ofSeconds(30);

	static final int MAX_RUNS = 5;

	final Set<String> followed = ConcurrentHashMap.newKeySet();

	final DefaultRunEventRelay relay = relay("max-runs=" + MAX_RUNS, "max-events-per-run=10", "max-size=20000B",
			"max-streams=200", "max-streams-per-run=200");

	@AfterEach
	void destroy() {
		this.relay.destroy();
	}

	DefaultRunEventRelay relay(String... properties) {
		return new DefaultRunEventRelay(this.followed::contains, RelayProperties.of(properties),
				new EventFrames(JsonMapper.shared()));
	}

	/**
	 * Return the events as they are sent, each of which is small.
	 */
	List<byte[]> frames(String runId) {
		List<byte[]> frames = new CopyOnWriteArrayList<>();
		this.relay.stream(RelayRequest.of(runId))
			.writeTo((slices) -> slices.map(ByteBuffer::array).doOnNext(frames::add).then())
			.block(PATIENCE);
		return frames;
	}

	void publish(TinyFishRunEvent... events) {
		for (TinyFishRunEvent event : events) {
			this.relay.onApplicationEvent(event);
		}
	}

	@Nullable List<String> ids(String runId) {
		return this.relay.events(RelayRequest.of(runId))
			.mapNotNull(AbstractRunEventRelayTests::number)
			.collectList()
			.block(PATIENCE);
	}

	@Nullable List<String> ids(String runId, int count) {
		return this.relay.events(RelayRequest.of(runId))
			.mapNotNull(AbstractRunEventRelayTests::number)
			.take(count)
			.collectList()
			.block(PATIENCE);
	}

	static @Nullable String number(ServerSentEvent<TinyFishRunEvent> event) {
		return (event.id() != null) ? event.id().substring(event.id().indexOf('-') + 1) : null;
	}

	void assertUnknown(String runId) {
		assertThatExceptionOfType(TinyFishUnknownRunException.class)
			.isThrownBy(() -> this.relay.events(RelayRequest.of(runId)));
	}

	static final class OneByOne extends BaseSubscriber<ServerSentEvent<TinyFishRunEvent>> {

		private final List<String> ids;

		OneByOne(List<String> ids) {
			this.ids = ids;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// the test asks for events
		}

		@Override
		protected void hookOnNext(ServerSentEvent<TinyFishRunEvent> event) {
			this.ids.add(number(event));
		}

		@Override
		protected void hookOnComplete() {
			this.ids.add("end");
		}

	}

}
