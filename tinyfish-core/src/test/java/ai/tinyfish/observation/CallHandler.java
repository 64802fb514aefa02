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

package ai.tinyfish.observation;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/**
 * Handler that records the steps of the observations of calls, with retries and keys.
 */
final class CallHandler implements ObservationHandler<TinyFishCallObservationContext> {

	final List<String> steps = new CopyOnWriteArrayList<>();

	final Set<String> events = ConcurrentHashMap.newKeySet();

	@Override
	public void onStart(TinyFishCallObservationContext context) {
		add("start", context);
	}

	@Override
	public void onEvent(Observation.Event event, TinyFishCallObservationContext context) {
		this.events.add(event.getName());
		add(event.getName(), context);
	}

	@Override
	public void onStop(TinyFishCallObservationContext context) {
		add("stop", context);
	}

	private void add(String step, TinyFishCallObservationContext context) {
		this.steps.add(step + " " + context.getRetries() + " "
				+ ObservedCalls.keys(context.getLowCardinalityKeyValues())
					.stream()
					.sorted()
					.collect(Collectors.joining(",")));
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof TinyFishCallObservationContext;
	}

}
