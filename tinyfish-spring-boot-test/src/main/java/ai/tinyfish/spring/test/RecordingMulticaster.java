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

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Spring's default multicaster, which also records the listeners that throw on the event
 * of a run. The listener is known only here. Public for the auto-configuration of this
 * module, not for applications.
 *
 * @since 0.1.0
 */
public final class RecordingMulticaster extends SimpleApplicationEventMulticaster {

	private final RunEventRecorder recorder;

	/**
	 * Create a multicaster.
	 * @param recorder records the failures of listeners
	 */
	public RecordingMulticaster(RunEventRecorder recorder) {
		this.recorder = recorder;
	}

	@Override
	protected void invokeListener(ApplicationListener<?> listener, ApplicationEvent event) {
		try {
			super.invokeListener(listener, event);
		}
		catch (Throwable ex) {
			if (event instanceof TinyFishRunEvent runEvent) {
				this.recorder.recordFailure(runEvent, nameOf(listener), ex);
			}
			throw ex;
		}
	}

	private static String nameOf(ApplicationListener<?> listener) {
		String id = (listener instanceof SmartApplicationListener smart) ? smart.getListenerId() : "";
		return id.isEmpty() ? listener.getClass().getName() : id;
	}

}
