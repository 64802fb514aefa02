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

import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Position of a page among its siblings.
 *
 * @param total the number of all matching runs, or null if the service does not say
 * @param nextCursor the cursor of the next page; null on the last page, or if the service
 * announces another page without its cursor
 * @param hasMore whether there is a next page. True without a cursor means that the
 * service has more runs that cannot be requested from here: narrow the query instead
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Pagination(@JsonProperty("total") @Nullable Long total,
		@JsonProperty("next_cursor") @Nullable String nextCursor, @JsonProperty("has_more") boolean hasMore) {

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
