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

package ai.tinyfish.agent;

import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.request.WireForm;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the data that is captured of a run in addition to its result.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class CaptureConfig extends RequestPart {

	private static final Set<String> NAMES = Set.of("elements", "snapshots", "screenshots", "recording", "html");

	CaptureConfig(Map<String, Object> fields) {
		super(fields, NAMES);
	}

	/**
	 * Start a new configuration.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(new WireForm(Map.of()));
	}

	/**
	 * Start a new configuration from this one.
	 * @return a builder with the settings of this configuration
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return whether to keep the elements that the agent acted on.
	 * @return whether to keep them, or null for the service's default
	 */
	public @Nullable Boolean elements() {
		return (Boolean) this.fields.get("elements");
	}

	/**
	 * Return whether to keep snapshots of the pages.
	 * @return whether to keep them, or null for the service's default
	 */
	public @Nullable Boolean snapshots() {
		return (Boolean) this.fields.get("snapshots");
	}

	/**
	 * Return whether to keep screenshots.
	 * @return whether to keep them, or null for the service's default
	 */
	public @Nullable Boolean screenshots() {
		return (Boolean) this.fields.get("screenshots");
	}

	/**
	 * Return whether to keep a video.
	 * @return whether to keep it, or null for the service's default
	 */
	public @Nullable Boolean recording() {
		return (Boolean) this.fields.get("recording");
	}

	/**
	 * Return whether to keep the HTML of the pages.
	 * @return whether to keep it, or null for the service's default
	 */
	public @Nullable Boolean html() {
		return (Boolean) this.fields.get("html");
	}

	/**
	 * Builder for a {@link CaptureConfig}. In every method, null leaves the choice to the
	 * service.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set whether to keep the elements that the agent acted on.
		 * @param elements whether to keep them, or null for the service's default
		 * @return this builder
		 */
		public Builder elements(@Nullable Boolean elements) {
			return this.fields.set("elements", elements);
		}

		/**
		 * Set whether to keep snapshots of the pages.
		 * @param snapshots whether to keep them, or null for the service's default
		 * @return this builder
		 */
		public Builder snapshots(@Nullable Boolean snapshots) {
			return this.fields.set("snapshots", snapshots);
		}

		/**
		 * Set whether to keep screenshots.
		 * @param screenshots whether to keep them, or null for the service's default
		 * @return this builder
		 */
		public Builder screenshots(@Nullable Boolean screenshots) {
			return this.fields.set("screenshots", screenshots);
		}

		/**
		 * Set whether to keep a video.
		 * @param recording whether to keep it, or null for the service's default
		 * @return this builder
		 */
		public Builder recording(@Nullable Boolean recording) {
			return this.fields.set("recording", recording);
		}

		/**
		 * Set whether to keep the HTML of the pages, by steps. TinyFish's own MCP server
		 * has this setting; the published API description does not.
		 * @param html whether to keep it, or null for the service's default
		 * @return this builder
		 */
		public Builder html(@Nullable Boolean html) {
			return this.fields.set("html", html);
		}

		/**
		 * Set a field that this version has no method for.
		 * @param name the name on the wire, within {@code capture_config}
		 * @param value a text, number, boolean, map or collection, copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.fields.setAdditional(NAMES, name, value);
		}

		/**
		 * Build the configuration.
		 * @return the configuration
		 */
		public CaptureConfig build() {
			return new CaptureConfig(this.fields.build().toMap());
		}

	}

}
