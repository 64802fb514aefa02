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

package ai.tinyfish.spring.boot.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;

import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Events that an application receives of its runs.
 */
public class RunEvents {

	public final List<TinyFishRunEvent> all = new CopyOnWriteArrayList<>();

	@EventListener
	void on(TinyFishRunEvent event) {
		this.all.add(event);
	}

	public List<String> endedTags() {
		return this.all.stream()
			.filter((event) -> event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent)
			.map(TinyFishRunEvent::getTag)
			.toList();
	}

	public List<String> awaitEndedTags(int count) {
		await().untilAsserted(() -> assertThat(endedTags()).hasSizeGreaterThanOrEqualTo(count));
		return endedTags();
	}

}
