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

import ai.tinyfish.observation.TinyFishObservationDocumentation.HighCardinalityRunKeyNames;
import ai.tinyfish.observation.TinyFishObservationDocumentation.LowCardinalityCallKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * The default convention: the name {@code tinyfish.client.calls} and the keys of
 * {@link TinyFishObservationDocumentation#CLIENT_CALL}.
 *
 * @since 0.1.0
 */
public class DefaultTinyFishCallObservationConvention implements TinyFishCallObservationConvention {

	private static final String DEFAULT_NAME = "tinyfish.client.calls";

	private static final KeyValue STATUS_NONE = LowCardinalityCallKeyNames.STATUS.withValue(KeyValue.NONE_VALUE);

	private final String name;

	/**
	 * Create a convention with the name {@code tinyfish.client.calls}.
	 */
	public DefaultTinyFishCallObservationConvention() {
		this(DEFAULT_NAME);
	}

	/**
	 * Create a convention with another name.
	 * @param name the name of the observation, and so of the timer
	 */
	public DefaultTinyFishCallObservationConvention(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * Return the name of the span, such as {@code tinyfish runs.get}.
	 */
	@Override
	public @Nullable String getContextualName(TinyFishCallObservationContext context) {
		return "tinyfish " + context.getOperation();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
		return KeyValues.of(LowCardinalityCallKeyNames.OPERATION.withValue(context.getOperation()),
				LowCardinalityCallKeyNames.OUTCOME.withValue(outcome(context)), status(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(TinyFishCallObservationContext context) {
		String runId = context.getRunId();
		return (runId != null) ? KeyValues.of(HighCardinalityRunKeyNames.RUN_ID.withValue(runId)) : KeyValues.empty();
	}

	private static KeyValue status(TinyFishCallObservationContext context) {
		Integer status = context.getStatus();
		return (status != null) ? LowCardinalityCallKeyNames.STATUS.withValue(status.toString()) : STATUS_NONE;
	}

	private static String outcome(TinyFishCallObservationContext context) {
		if (context.isCancelled()) {
			return "CANCELLED";
		}
		if (context.isPending()) {
			return "PENDING";
		}
		Integer status = context.getStatus();
		return switch ((status != null) ? status / 100 : 0) {
			case 2 -> "SUCCESS";
			case 3 -> "REDIRECTION";
			case 4 -> "CLIENT_ERROR";
			case 5 -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
	}

}
