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

import java.time.Instant;
import java.util.Objects;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.request.RunIds;
import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Fields that an outcome and a record of a run have in common.
 */
abstract class AbstractRun extends RunDocument {

	AbstractRun(JsonFields fields) {
		super(fields);
	}

	@Nullable String id() {
		String id = text("run_id");
		return (id != null) ? RunIds.bounded(id) : null;
	}

	/**
	 * Return the status as received.
	 * @return the status, {@code UNKNOWN} if the response lacks it
	 */
	@JsonProperty("status")
	public String statusText() {
		return Objects.requireNonNullElse(text("status"), RunStatus.UNKNOWN.name());
	}

	/**
	 * Return the status.
	 * @return the status, {@link RunStatus#UNKNOWN} if this version does not know it
	 */
	public RunStatus status() {
		return RunStatus.of(statusText());
	}

	/**
	 * Return when the agent began.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("started_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant startedAt() {
		return this.fields.get("started_at", Instant.class);
	}

	/**
	 * Return when the run ended.
	 * @return the time, or null if it is not known
	 */
	@JsonProperty("finished_at")
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public @Nullable Instant finishedAt() {
		return this.fields.get("finished_at", Instant.class);
	}

	/**
	 * Return the number of steps that the agent took.
	 * @return the number, or null if it is not known
	 */
	@JsonProperty("num_of_steps")
	public @Nullable Integer numOfSteps() {
		return this.fields.get("num_of_steps", Integer.class);
	}

	/**
	 * Return the result of the run.
	 * @return the result, never null
	 */
	@JsonProperty("result")
	@JsonAlias("resultJson")
	public RunResult result() {
		RunResult result = this.fields.get("result", RunResult.class, RunResult::ofNormalizedJson);
		return Objects.requireNonNullElse(result, RunResult.empty()).bind(id(), status(), error());
	}

	/**
	 * Return whether the result matches the requested output schema.
	 * @return the validation, or null if no schema was requested or the service does not
	 * report one
	 */
	@JsonProperty("schema_validation")
	public @Nullable SchemaValidation schemaValidation() {
		return this.fields.get("schema_validation", SchemaValidation.class);
	}

	/**
	 * Return the error of the run.
	 * @return the error, or null if the service reported none
	 */
	@JsonProperty("error")
	public @Nullable RunError error() {
		return this.fields.get("error", RunError.class);
	}

	/**
	 * Return the stored browser profile that the run used (property {@code profile_id}).
	 * @return the profile's id, or null if the service does not name it
	 */
	public @Nullable String profileId() {
		return JsonMap.text(additionalProperties(), "profile_id");
	}

	/**
	 * Return whether the browser started with a stored profile (property
	 * {@code profile_attached}).
	 * @return whether it did, or null if the service does not say
	 */
	public @Nullable Boolean profileAttached() {
		return (additionalProperties().get("profile_attached") instanceof Boolean flag) ? flag : null;
	}

	/**
	 * Return the hint that a browser profile would help (property {@code profile_hint}).
	 * @return the hint, or null if absent
	 */
	public @Nullable ProfileHint profileHint() {
		return ProfileHint.of(additionalProperties());
	}

	/**
	 * Return the URL of further help: property {@code help_url}, which may come without
	 * an error, or else that of the error.
	 * @return the URL, or null if absent
	 */
	public @Nullable String helpUrl() {
		String url = JsonMap.text(additionalProperties(), "help_url");
		return (url != null || error() == null) ? url : error().helpUrl();
	}

	/**
	 * Return a hint for the reader: property {@code help_message}, which may come without
	 * an error, or else that of the error.
	 * @return the hint, or null if absent
	 */
	public @Nullable String helpMessage() {
		String message = JsonMap.text(additionalProperties(), "help_message");
		return (message != null || error() == null) ? message : error().helpMessage();
	}

	/**
	 * Builder of the common fields.
	 *
	 * @param <B> the builder
	 */
	abstract static class Builder<B> extends RunDocument.Builder<B> {

		Builder(JsonFields fields) {
			super(fields);
		}

		/**
		 * Set the id of the run.
		 * @param runId the id, or null
		 * @return this builder
		 */
		public B runId(@Nullable String runId) {
			return set("run_id", runId);
		}

		/**
		 * Set the status as the service names it.
		 * @param statusText the status; null becomes {@code UNKNOWN}
		 * @return this builder
		 */
		public B statusText(@Nullable String statusText) {
			return set("status", statusText);
		}

		/**
		 * Set when the agent began.
		 * @param startedAt the time, or null
		 * @return this builder
		 */
		public B startedAt(@Nullable Instant startedAt) {
			return set("started_at", startedAt);
		}

		/**
		 * Set when the run ended.
		 * @param finishedAt the time, or null
		 * @return this builder
		 */
		public B finishedAt(@Nullable Instant finishedAt) {
			return set("finished_at", finishedAt);
		}

		/**
		 * Set the number of steps that the agent took.
		 * @param numOfSteps the number, or null
		 * @return this builder
		 */
		public B numOfSteps(@Nullable Integer numOfSteps) {
			return set("num_of_steps", numOfSteps);
		}

		/**
		 * Set the result of the run.
		 * @param result the result; null becomes an empty result
		 * @return this builder
		 */
		public B result(@Nullable RunResult result) {
			return set("result", result);
		}

		/**
		 * Set whether the result matches the requested output schema.
		 * @param schemaValidation the validation, or null
		 * @return this builder
		 */
		public B schemaValidation(@Nullable SchemaValidation schemaValidation) {
			return set("schema_validation", schemaValidation);
		}

		/**
		 * Set the error of the run.
		 * @param error the error, or null
		 * @return this builder
		 */
		public B error(@Nullable RunError error) {
			return set("error", error);
		}

	}

}
