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

package ai.tinyfish.wallet;

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The automatic top-up of a wallet.
 *
 * @param stateText its state as received, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AutoReload(@JsonProperty("state") @Nullable String stateText) {

	/**
	 * Return the state.
	 * @return the state, {@link AutoReloadState#UNKNOWN} where it is new or not said
	 */
	public AutoReloadState state() {
		return AutoReloadState.of(this.stateText);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
