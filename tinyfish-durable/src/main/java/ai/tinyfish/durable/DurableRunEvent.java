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

package ai.tinyfish.durable;

import ai.tinyfish.support.LogText;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Event of a durable run, published on one instance of the application. Plain data, which
 * reads and writes as JSON: registries of publications, such as Spring Modulith's, handle
 * it better than an {@code ApplicationEvent}.
 *
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({ "durableId", "tag", "account", "goalVersion" })
public abstract class DurableRunEvent {

	private final String durableId;

	private final @Nullable String tag;

	private final @Nullable String account;

	private final @Nullable String goalVersion;

	DurableRunEvent(String durableId, @Nullable String tag, @Nullable String account, @Nullable String goalVersion) {
		this.durableId = durableId;
		this.tag = tag;
		this.account = account;
		this.goalVersion = goalVersion;
	}

	/**
	 * Return the durable id of the run.
	 * @return the id that was assigned to its submission
	 */
	public String getDurableId() {
		return this.durableId;
	}

	/**
	 * Return the tag of the request.
	 * @return the tag, or null if the request has none
	 */
	public @Nullable String getTag() {
		return this.tag;
	}

	/**
	 * Return the account that the run belongs to.
	 * @return the account, or null for the client's own
	 */
	public @Nullable String getAccount() {
		return this.account;
	}

	/**
	 * Return the version of the goal, which an agent interface declares.
	 * @return the version, or null if the goal has none
	 */
	public @Nullable String getGoalVersion() {
		return this.goalVersion;
	}

	/**
	 * Describe the event by its run and one more detail, in one line.
	 * @param detail name and value of the detail
	 * @return the text
	 */
	String describe(String detail) {
		return LogText.of(getClass().getSimpleName() + "[durableId=" + this.durableId + ", tag=" + this.tag + ", "
				+ detail + "]");
	}

}
