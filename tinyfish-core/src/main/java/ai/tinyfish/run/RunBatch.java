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

package ai.tinyfish.run;

import java.util.List;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Runs that were requested by id.
 *
 * @param data the runs that were found, in any order
 * @param notFound the ids that the service does not know; empty if it knows all
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunBatch(@JsonProperty("data") List<Run> data, @JsonProperty("not_found") List<String> notFound) {

	/**
	 * Create a new batch.
	 * @param data the runs that were found; null is read as none
	 * @param notFound the ids that the service does not know; null is read as none
	 */
	public RunBatch(@Nullable List<Run> data, @Nullable List<String> notFound) {
		this.data = Lists.copyOf(data);
		this.notFound = Lists.copyOf(notFound);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
