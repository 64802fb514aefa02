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

package ai.tinyfish.spring.test;

import ai.tinyfish.spring.event.TinyFishRunEvent;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Registration of the recorder as the last listener: when an event is recorded, the
 * application's own listeners have been called. Listeners without an order are called as
 * they were registered, and methods with {@code @EventListener} are registered late,
 * though before this.
 */
final class RunEventRecording implements ApplicationListener<ContextRefreshedEvent> {

	private final ConfigurableApplicationContext context;

	private final RunEventRecorder recorder;

	RunEventRecording(ConfigurableApplicationContext context, RunEventRecorder recorder) {
		this.context = context;
		this.recorder = recorder;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		this.context.addApplicationListener(new Listener(this.recorder));
	}

	private record Listener(RunEventRecorder recorder) implements ApplicationListener<TinyFishRunEvent> {

		@Override
		public void onApplicationEvent(TinyFishRunEvent event) {
			this.recorder.record(event);
		}

	}

}
