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
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One page of runs.
 *
 * @param data the runs of this page
 * @param pagination the position of the page, never null
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunPage(@JsonProperty("data") List<Run> data, @JsonProperty("pagination") Pagination pagination) {

	/**
	 * Create a new page.
	 * @param data the runs of this page; null is read as none
	 * @param pagination the position of the page; null is read as the last page
	 */
	public RunPage {
		data = Lists.copyOf(data);
		pagination = (pagination != null) ? pagination : new Pagination(null, null, false);
	}

}
