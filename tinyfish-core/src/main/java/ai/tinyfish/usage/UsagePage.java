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

package ai.tinyfish.usage;

import java.util.List;

import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One page of usage records. Pages are counted from 1; the next one has the number
 * {@code page + 1} and exists if {@code hasMore}.
 *
 * @param <T> the type of the records
 * @param items the records of this page
 * @param total how many records match in all, or null if the service does not say
 * @param limit how many records a page has at most, or null if the service does not say
 * @param page which page this is, or null if the service does not say
 * @param totalPages how many pages there are, or null if the service does not say
 * @param hasMore whether there is a next page
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UsagePage<T>(@JsonProperty("items") List<T> items, @JsonProperty("total") @Nullable Long total,
		@JsonProperty("limit") @Nullable Integer limit, @JsonProperty("page") @Nullable Integer page,
		@JsonProperty("total_pages") @Nullable Long totalPages, @JsonProperty("has_more") boolean hasMore) {

	/**
	 * Create a new page.
	 * @param items the records of this page; null is read as none
	 * @param total how many records match in all, or null
	 * @param limit how many records a page has at most, or null
	 * @param page which page this is, or null
	 * @param totalPages how many pages there are, or null
	 * @param hasMore whether there is a next page
	 */
	public UsagePage {
		items = Lists.copyOf(items);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
