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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ReadTimeoutTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final AtomicBoolean elapsed = new AtomicBoolean();

	private final Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();

	private final BaseSubscriber<String> subscriber = new BaseSubscriber<>() {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// the test requests elements
		}

	};

	/**
	 * The time without events, in which nothing can be read, does not count.
	 */
	@Test
	void timeoutBeginsWithTheElementThatIsToBeRead() {
		start();
		this.subscriber.request(1);
		long idleSince = System.nanoTime();
		await().until(() -> System.nanoTime() - idleSince > TIMEOUT.toNanos() * 3 / 2);
		assertThat(this.elapsed).isFalse();
		this.source.tryEmitNext("event");
		long emitted = System.nanoTime();
		await().pollInterval(10, TimeUnit.MILLISECONDS).untilTrue(this.elapsed);
		assertThat(Duration.ofNanos(System.nanoTime() - emitted)).isGreaterThanOrEqualTo(TIMEOUT.dividedBy(2));
	}

	@Test
	void lastElementsHaveToBeReadAsWell() {
		start();
		this.subscriber.request(Long.MAX_VALUE);
		this.source.tryEmitNext("event");
		this.source.tryEmitComplete();
		await().untilTrue(this.elapsed);
	}

	private void start() {
		ReadTimeout timeout = new ReadTimeout(TIMEOUT);
		timeout.observe(this.source.asFlux()).subscribe(this.subscriber);
		timeout.elapsed().subscribe((tick) -> this.elapsed.set(true));
	}

}
